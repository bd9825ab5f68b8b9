/* The little of Markdown that the pages are looked at by. */

/** Lines that a person is to type: of blocks marked `sh` that are neither for an AWS account nor said not to be run. */
export function commandsOf(text: string): readonly string[] {
  const blocks = text.matchAll(/(<!-- not run:[^>]*-->\s*)?^( *)```sh\n([\s\S]*?)^ *```$/gm);
  return [...blocks].flatMap(([, notRun, , body = '']) => {
    if (notRun !== undefined || body.includes('# needs an AWS account')) return [];
    return body
      .split('\n')
      .map((line) => line.replace(/(^|\s+)# .*$/, '').trim())
      .filter((line) => line !== '');
  });
}

export interface Link {
  /** Empty for the page itself. */
  readonly file: string;
  readonly anchor: string;
}

/** Links within the project. */
export function linksOf(text: string): readonly Link[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#');
      return { file, anchor };
    });
}

/** The anchors of headings, as GitHub makes them. */
export function anchorsOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** Paths in code spans that begin with a folder of the project; those with a placeholder are left out. */
export function mentionedFiles(text: string): readonly string[] {
  const spans = [...withoutCode(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return spans.filter((span) => /^(?:lib|infra|test|docs|functions|events)\/[\w./-]*$/.test(span));
}

function withoutCode(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '');
}
