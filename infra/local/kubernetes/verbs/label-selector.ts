import { invalidField, messageOf } from '../field-errors.ts';
import { labelValueProblems, qualifiedNameProblems } from '../meta/names.ts';
import { type ApiError, badRequest } from '../status.ts';

/** The labels of an object. */
export type Labels = Readonly<Record<string, string>>;

type Requirement = (labels: Labels) => boolean;

const symbols = [',', '!', '(', ')', '=', '==', '!=', '<', '>'];
const comparisons = ['=', '==', '!=', '<', '>', 'in', 'notin'];

function tokensOf(text: string): readonly string[] {
  return text.match(/==|!=|[,!()=<>]|[^\s,!()=<>]+/g) ?? [];
}

/** Reads tokens one by one; the empty text stands for the end. */
interface Reader {
  next(): string;
  peek(): string;
}

function readerOf(tokens: readonly string[]): Reader {
  let position = 0;
  return {
    next: () => tokens[position++] ?? '',
    peek: () => tokens[position] ?? '',
  };
}

function isWord(token: string): boolean {
  return token !== '' && !symbols.includes(token);
}

function unreadable(found: string, expected: string): ApiError {
  return badRequest(`unable to parse requirement: found '${found}', expected: ${expected}`);
}

function checked(problems: readonly string[], place: string, value: string): void {
  const [problem] = problems;
  if (problem === undefined) return;
  throw badRequest(`unable to parse requirement: ${messageOf(invalidField(place, value, problem))}`);
}

function keyOf(reader: Reader): string {
  const key = reader.next();
  if (!isWord(key)) throw badRequest(`found '${key}', expected: !, identifier, or 'end of string'`);
  checked(qualifiedNameProblems(key), 'key', key);
  return key;
}

function wordOf(reader: Reader): string {
  if (!isWord(reader.peek())) return ''; // `a=` means the empty value
  return reader.next();
}

/** `(a,b)`, also with empty members. */
function listOf(reader: Reader): readonly string[] {
  const open = reader.next();
  if (open !== '(') throw unreadable(open, '(');
  const values = [wordOf(reader)];
  for (;;) {
    const token = reader.next();
    if (token === ')') return values;
    if (token !== ',') throw unreadable(token, "',' or ')'");
    values.push(wordOf(reader));
  }
}

function comparison(key: string, operator: string, reader: Reader): Requirement {
  const values = operator === 'in' || operator === 'notin' ? listOf(reader) : [wordOf(reader)];
  for (const [index, value] of values.entries()) checked(labelValueProblems(value), `values[${index}][${key}]`, value);
  const [value = ''] = values;
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return (labels) => values.some((one) => labels[key] === one);
    case 'notin':
    case '!=':
      return (labels) => !values.some((one) => labels[key] === one);
    default:
      return numeric(key, operator, value);
  }
}

function numeric(key: string, operator: string, value: string): Requirement {
  if (!/^-?\d+$/.test(value)) checked(["for 'Gt', 'Lt' operators, the value must be an integer"], 'values[0]', value);
  const limit = Number(value);
  return (labels) => {
    const own = labels[key];
    if (own === undefined || !/^-?\d+$/.test(own)) return false;
    return operator === '>' ? Number(own) > limit : Number(own) < limit;
  };
}

function requirement(reader: Reader): Requirement {
  if (reader.peek() === '!') {
    reader.next();
    const key = keyOf(reader);
    return (labels) => labels[key] === undefined;
  }
  const key = keyOf(reader);
  const operator = reader.peek();
  if (operator === '' || operator === ',') return (labels) => labels[key] !== undefined;
  if (!comparisons.includes(operator)) throw unreadable(operator, 'in, notin, =, ==, !=, gt, lt');
  reader.next();
  return comparison(key, operator, reader);
}

/** A label selector with all its operators; 400 in the words of the real server for a text that is none. */
export function parseLabelSelector(text: string): Requirement {
  const reader = readerOf(tokensOf(text));
  const requirements: Requirement[] = [];
  while (reader.peek() !== '') {
    requirements.push(requirement(reader));
    const token = reader.next();
    if (token !== '' && token !== ',') throw badRequest(`found '${token}', expected: ',' or 'end of string'`);
  }
  return (labels) => requirements.every((holds) => holds(labels));
}
