// (b) All objects in one cdk8s App, a chart for each app.
import { App, ApiObject, Chart } from 'cdk8s';
import { objectsOf } from './specs.mjs';

const [count, out] = [Number(process.argv[2]), process.argv[3]];
const apps = objectsOf(0, count);
const begun = performance.now();
const busy = process.cpuUsage();
const app = new App({ outdir: out });
apps.forEach((objects, i) => {
  const chart = new Chart(app, `app-${i}`);
  objects.forEach((object, j) => new ApiObject(chart, `object-${j}`, object));
});
app.synth();
const { user, system } = process.cpuUsage(busy);
console.log(
  JSON.stringify({
    ms: performance.now() - begun,
    cpu: (user + system) / 1000,
    rss: process.resourceUsage().maxRSS / 1024,
  }),
);
