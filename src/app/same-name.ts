import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';

/** An app that was made, and its name. */
interface Made {
  readonly app: Construct;
  readonly name: string;
}

/** The apps of each chart, by the objects that they make, in the order in which they were made. */
const OWNERS = new WeakMap<Chart, Map<string, { readonly by: Made; readonly object: ApiObject }[]>>();

/**
 * Returns a check of an app whose objects would replace others of one chart and so one namespace: of an app before it, or of
 * its own. Apps of several charts may be for several clusters. Call it when all objects of the app are there.
 */
export function refuseSameName(app: Construct, name: string): () => string[] {
  const chart = Chart.of(app);
  const owners = OWNERS.get(chart) ?? new Map<string, { by: Made; object: ApiObject }[]>();
  OWNERS.set(chart, owners);
  const own = app.node.findAll().filter((node) => ApiObject.isApiObject(node));
  const by: Made = { app, name };
  const before = own.map((object) => {
    const same = owners.get(identityOf(object)) ?? [];
    const others = [...same];
    owners.set(identityOf(object), same);
    same.push({ by, object });
    return { object, others };
  });
  return () => {
    const found = before.flatMap(({ object, others }) => {
      // One that was taken out of the tree is not rendered.
      const other = others.find((one) => isThere(one.object) && isThere(object));
      return other === undefined ? [] : [{ object, other }];
    });
    const where = chart.namespace === undefined ? '' : ` in namespace '${chart.namespace}'`;
    // Apps of one name have all their objects in common.
    const twin = found.find(({ other }) => other.by.name === name && other.by.app !== app);
    if (twin !== undefined) {
      const { path } = twin.other.by.app.node;
      return [
        `the app '${name}'${where} is also made by ${path}, so that one would replace the other; give one of them another name`,
      ];
    }
    return found.map(({ object, other }) => {
      const what = `the ${object.kind} '${object.name}'${where}`;
      const twice = other.by.app === app ? 'is made twice' : `is also made by ${other.by.app.node.path}`;
      return `${what} ${twice}, so that one would replace the other; give one of them another name`;
    });
  };
}

const identityOf = ({ apiGroup, kind, name, metadata }: ApiObject): string =>
  [apiGroup, kind, metadata.namespace ?? '', name].join('|');

const isThere = ({ node }: Construct): boolean =>
  node.scopes.every((one) => one.node.scope === undefined || one.node.scope.node.tryFindChild(one.node.id) === one);
