// Stands for what has no counterpart in the browser: processes, streams, the search for files. Libraries load it, and
// nothing that the page does calls it.
const absent = (): never => {
  throw new Error('this needs the command line');
};

export default absent;
