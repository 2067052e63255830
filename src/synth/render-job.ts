import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, formatProblem } from '../canaryfile/problem';
import { RenderedDocument, RenderedText, renderText } from '../canaryfile/render';
import { display } from '../canaryfile/display-path';
import { InputError, asInputError } from '../formats/input-error';
import { CutStencils, Stencils } from './stencil';
import { Workspace } from '../canaryfile/workspace';
import { type MapNode, plain } from '../canaryfile/node';
import type { FileRange } from '../formats/source';
import { identitiesOf, titleOf } from './identity';
import { identitiesByName, nameOf } from './stated-identity';
import { RenderedFile, isInside, sha256 } from './output';

export const LAYOUTS = ['app', 'resource', 'folder'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Specs that are rendered together: one, or with the layout `folder` all of a folder. */
export interface RenderJob {
  /** The identity of the job across runs. */
  readonly key: string;
  readonly environment?: string;
  readonly specs: readonly string[];
  /** With the layout `folder`, the file that they share. */
  readonly file?: string;
}

export interface RenderResult {
  readonly key: string;
  readonly files: readonly RenderedFile[];
  /** The objects and hosts of its apps (`identitiesOf`). Of an app with problems, its Rollout alone. */
  readonly identities: readonly string[];
  /** How many apps the specs state. */
  readonly apps: number;
  readonly problems: readonly string[];
}

/** The identities of an app, and where its spec gives it its name. */
interface NamedApp {
  readonly identities: readonly string[];
  readonly at: FileRange;
}

/** An app as it is written. */
interface WrittenApp extends RenderedText {
  /** The codes of the rules whose findings it accepts. */
  readonly accepted: readonly string[];
}

/** The documents of a file, and the findings that its specs accept. */
interface Contents {
  readonly documents: RenderedDocument[];
  readonly accepted: Set<string>;
}

/** Renders jobs: into files that wait in a folder, or where nothing is to be written in memory. */
export class JobRenderer {
  private readonly workspace = new Workspace();
  private readonly stencils: Stencils;
  private count = 0;

  /**
   * @param out The output folder.
   * @param staging Where files wait, from there. Undefined: nothing is written.
   * @param stencils Those that another thread cut before.
   */
  constructor(
    private readonly out: string,
    private readonly staging: string | undefined,
    private readonly layout: Layout,
    stencils?: CutStencils,
  ) {
    this.stencils = new Stencils(renderText, stencils);
  }

  /** The stencils that were created here. */
  public get cut(): CutStencils {
    return this.stencils.cut;
  }

  public render(job: RenderJob): RenderResult {
    const problems: Problem[] = [];
    const failures: string[] = [];
    const apps: WrittenApp[] = [];
    const named: NamedApp[] = [];
    for (const spec of job.specs) {
      try {
        for (const { body } of this.workspace.read(spec, job.environment, problems)) {
          const app = this.stencils.render(body, problems);
          if (app) apps.push({ ...app, accepted: acceptedBy(body) });
          const { environment } = job;
          const identities = app
            ? app.documents.flatMap(({ text }) => identitiesOf(text, environment))
            : identitiesByName(body, environment);
          named.push({ identities, at: nameOf(body)?.at ?? body.at });
        }
      } catch (error) {
        const known = asInputError(error);
        if (!(known instanceof InputError)) throw error;
        failures.push(known.message);
      }
      this.workspace.forget(spec);
    }
    const { identities, clashes } = identitiesAmong(named);
    failures.push(...[...problems, ...clashes].map(formatProblem));
    const failed = (found: readonly string[]): RenderResult => ({
      key: job.key,
      files: [],
      identities,
      apps: job.specs.length,
      problems: found,
    });
    if (failures.length > 0) return failed([...new Set(failures)]);
    try {
      const files = this.stage(this.arrange(job, apps));
      return { key: job.key, files, identities, apps: apps.length, problems: [] };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return failed([`${display(job.specs[0])}: ${error.message}`]);
    }
  }

  /** Assigns objects to files. */
  private arrange({ environment, file }: RenderJob, apps: readonly WrittenApp[]): Map<string, Contents> {
    const files = new Map<string, Contents>();
    const prefix = environment === undefined ? '' : `${environment}/`;
    for (const app of apps) {
      const home = `${prefix}${app.namespace === undefined ? '' : `${app.namespace}/`}${app.name}`;
      for (const document of app.documents) {
        const path = {
          app: `${home}.yaml`,
          folder: `${prefix}${file ?? 'manifests.yaml'}`,
          resource: `${home}/${document.kind.toLowerCase()}-${document.name}.yaml`,
        }[this.layout];
        if (!isInside(path))
          throw new InputError(`'${path.slice(0, 100)}' would lead out of the output folder; give another name`);
        const taken = files.get(path);
        if (taken && this.layout === 'resource')
          throw new InputError(`two objects would be written to ${path}; give them names of their own`);
        const contents = taken ?? { documents: [], accepted: new Set<string>() };
        contents.documents.push(document);
        for (const rule of app.accepted) contents.accepted.add(rule);
        files.set(path, contents);
      }
    }
    return files;
  }

  private stage(written: Map<string, Contents>): RenderedFile[] {
    return [...written].map(([path, { documents, accepted }]) => {
      const text = documents.map((document) => document.text).join('---\n');
      const rules = accepted.size > 0 ? { accepted: [...accepted] } : {};
      if (this.staging === undefined) return { path, sha256: sha256(text), text, ...rules };
      const staged = `${this.staging}-${this.count++}`;
      writeFileSync(join(this.out, staged), text);
      return { path, sha256: sha256(text), staged, ...rules };
    });
  }
}

/**
 * The identities of the apps of a job, and a problem for each two of which one would replace the other. An app may have a
 * host twice.
 */
function identitiesAmong(apps: readonly NamedApp[]): {
  readonly identities: readonly string[];
  readonly clashes: readonly Problem[];
} {
  const owners = new Map<string, NamedApp>();
  const clashes: Problem[] = [];
  for (const named of apps) {
    const others = new Set([named]);
    for (const identity of named.identities) {
      const other = owners.get(identity);
      if (other === undefined) owners.set(identity, named);
      // Two apps of one name have all their objects in common. A spec that is named twice is one app.
      else if (!others.has(other) && !isSamePlace(named.at, other.at)) {
        others.add(other);
        const { line, column } = other.at.file.place(other.at);
        const where = `${other.at.file.name}:${line}:${column}`;
        const message = `${titleOf(identity)} is also that of ${where}; give one of them another name`;
        clashes.push({ at: named.at, path: '', message });
      }
    }
  }
  return { identities: [...owners.keys()], clashes };
}

const isSamePlace = (one: FileRange, other: FileRange): boolean =>
  one.file.name === other.file.name && one.from === other.from;

/** The codes of the rules in `acceptedFindings`. */
function acceptedBy(body: MapNode): readonly string[] {
  const spec = body.entries.get('spec')?.value;
  const accepted = spec?.kind === 'map' ? spec.entries.get('acceptedFindings')?.value : undefined;
  const findings = accepted ? (plain(accepted) as { readonly rule: string }[]) : [];
  return findings.map(({ rule }) => rule);
}
