import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, formatProblem } from '../canaryfile/problem';
import { RenderedDocument, RenderedText, renderText } from '../canaryfile/render';
import { display } from '../canaryfile/display-path';
import { InputError, asInputError } from '../formats/input-error';
import { CutStencils, Stencils } from './stencil';
import { Workspace } from '../canaryfile/workspace';
import { identitiesOf } from './identity';
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
  readonly identities: readonly string[];
  readonly problems: readonly string[];
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
    const apps: { app: RenderedText; spec: string }[] = [];
    for (const spec of job.specs) {
      try {
        for (const { body } of this.workspace.read(spec, job.environment, problems)) {
          const app = this.stencils.render(body, problems);
          if (app) apps.push({ app, spec });
        }
      } catch (error) {
        const known = asInputError(error);
        if (!(known instanceof InputError)) throw error;
        failures.push(known.message);
      }
      this.workspace.forget(spec);
    }
    failures.push(...problems.map(formatProblem));
    if (failures.length > 0) return { key: job.key, files: [], identities: [], problems: [...new Set(failures)] };
    try {
      const written = this.arrange(job, apps);
      return { key: job.key, problems: [], ...this.stage(job, written) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return {
        key: job.key,
        files: [],
        identities: [],
        problems: [`${display(job.specs[0])}: ${(error as Error).message}`],
      };
    }
  }

  /** Assigns objects to files. */
  private arrange(
    { environment, file }: RenderJob,
    apps: readonly { app: RenderedText }[],
  ): Map<string, RenderedDocument[]> {
    const files = new Map<string, RenderedDocument[]>();
    const prefix = environment === undefined ? '' : `${environment}/`;
    for (const { app } of apps) {
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
        if (taken) taken.push(document);
        else files.set(path, [document]);
      }
    }
    return files;
  }

  private stage(
    job: RenderJob,
    written: Map<string, RenderedDocument[]>,
  ): { files: RenderedFile[]; identities: string[] } {
    const identities: string[] = [];
    const files = [...written].map(([path, documents]) => {
      const text = documents.map((document) => document.text).join('---\n');
      identities.push(...identitiesOf(text, job.environment));
      if (this.staging === undefined) return { path, sha256: sha256(text), text };
      const staged = `${this.staging}-${this.count++}`;
      writeFileSync(join(this.out, staged), text);
      return { path, sha256: sha256(text), staged };
    });
    return { files, identities };
  }
}
