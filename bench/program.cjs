// The program as a user runs it, which says at its end how much memory it took at most.
process.on('exit', () => console.error(`rss ${Math.round(process.resourceUsage().maxRSS / 1024)}`));
require('../lib/cli/main.js');
