/**
 * Which route of a table a path belongs to. The table is compiled once to a trie over segments; at
 * each segment a literal beats `:name`, which beats `*name`. Going back costs at most the depth of
 * the table, never anything of the path's length squared.
 */
import { assert } from '../assert.ts';
import { hasWordEnds } from '../path/name.ts';
import type { RouteSpec, RouteTable } from './route.ts';

export interface RouteMatch<Table extends RouteTable = RouteTable> {
  /** The route's name in its table. */
  readonly name: keyof Table & string;
  readonly spec: Table[keyof Table & string];
  /** What the pattern captures, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The route of a path below the mount (canonical; empty for the mount itself), or undefined. A
 * trailing slash is not part of the match. What `:name` captures begins and ends with a letter,
 * number or `_`, as Vault's resource names do; what `*name` captures is free.
 */
export function matchRoute<Table extends RouteTable>(
  table: Table,
  path: string,
): RouteMatch<Table> | undefined {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  const segments = trimmed === '' ? [] : trimmed.split('/');
  const found = findRoute(trieOf(table), { segments, parameters: noParameters }, 0);
  if (found === undefined) return undefined;
  const spec = found.spec as RouteMatch<Table>['spec'];
  return { name: found.name, spec, parameters: found.parameters };
}

interface Route {
  readonly name: string;
  readonly spec: RouteSpec;
}

type Parameters = Readonly<Record<string, string>>;

interface FoundRoute extends Route {
  readonly parameters: Parameters;
}

interface TrieNode {
  readonly literals: Map<string, TrieNode>;
  named: { readonly parameter: string; readonly node: TrieNode } | undefined;
  /** Routes with `*name` here, longest suffix first. */
  readonly rests: Rest[];
  route: Route | undefined;
}

interface Rest {
  readonly parameter: string;
  readonly optional: boolean;
  /** Literal segments behind the rest: `mounts/*path/tune`. */
  readonly suffix: readonly string[];
  readonly route: Route;
}

interface Search {
  readonly segments: readonly string[];
  readonly parameters: Parameters;
}

function findRoute(node: TrieNode, search: Search, index: number): FoundRoute | undefined {
  const segment = search.segments[index];
  if (segment === undefined) {
    if (node.route !== undefined) return foundRoute(node.route, search.parameters);
    return findRest(node, search, index);
  }
  const literal = node.literals.get(segment);
  return (
    (literal && findRoute(literal, search, index + 1)) ??
    findNamed(node, search, index) ??
    findRest(node, search, index)
  );
}

function findNamed(node: TrieNode, search: Search, index: number): FoundRoute | undefined {
  const segment = search.segments[index] ?? '';
  if (node.named === undefined || !hasWordEnds(segment)) return undefined;
  const parameters = withParameter(search.parameters, node.named.parameter, segment);
  return findRoute(node.named.node, { segments: search.segments, parameters }, index + 1);
}

function findRest(node: TrieNode, search: Search, index: number): FoundRoute | undefined {
  for (const rest of node.rests) {
    const end = search.segments.length - rest.suffix.length;
    if (end < index || (end === index && !rest.optional)) continue;
    if (!endsWithLiterals(search.segments, end, rest.suffix)) continue;
    const captured = search.segments.slice(index, end).join('/');
    return foundRoute(rest.route, withParameter(search.parameters, rest.parameter, captured));
  }
  return undefined;
}

const noParameters: Parameters = Object.freeze({});

/** Most routes capture one: to spread nothing costs as much as to find the route. */
function withParameter(before: Parameters, name: string, value: string): Parameters {
  return before === noParameters ? { [name]: value } : { ...before, [name]: value };
}

function endsWithLiterals(
  segments: readonly string[],
  from: number,
  literals: readonly string[],
): boolean {
  for (let at = 0; at < literals.length; at += 1) {
    if (literals[at] !== segments[from + at]) return false;
  }
  return true;
}

function foundRoute({ name, spec }: Route, parameters: Parameters): FoundRoute {
  return { name, spec, parameters };
}

const tries = new WeakMap<RouteTable, TrieNode>();

function trieOf(table: RouteTable): TrieNode {
  const known = tries.get(table);
  if (known !== undefined) return known;
  const root = newNode();
  for (const [name, spec] of Object.entries(table)) addRoute(root, { name, spec });
  tries.set(table, root);
  return root;
}

function newNode(): TrieNode {
  return { literals: new Map(), named: undefined, rests: [], route: undefined };
}

function addRoute(root: TrieNode, route: Route): void {
  const segments = route.spec.pattern.split('/');
  let node = root;
  for (const [index, segment] of segments.entries()) {
    if (segment.startsWith('*')) {
      addRest(node, restOf(segment, segments.slice(index + 1), route));
      return;
    }
    node = segment.startsWith(':')
      ? namedChild(node, segment.slice(1))
      : literalChild(node, segment);
  }
  assert(node.route === undefined, `only one route has the pattern ${route.spec.pattern}`);
  node.route = route;
}

function restOf(segment: string, suffix: readonly string[], route: Route): Rest {
  const optional = segment.endsWith('?');
  const parameter = segment.slice(1, optional ? -1 : undefined);
  assert(suffix.every(isLiteral), `only literals stand behind *${parameter}`);
  return { parameter, optional, suffix, route };
}

function addRest(node: TrieNode, rest: Rest): void {
  node.rests.push(rest);
  node.rests.sort((left, right) => right.suffix.length - left.suffix.length);
}

function namedChild(parent: TrieNode, parameter: string): TrieNode {
  parent.named ??= { parameter, node: newNode() };
  assert(parent.named.parameter === parameter, 'one segment is captured under one name');
  return parent.named.node;
}

function literalChild(parent: TrieNode, segment: string): TrieNode {
  assert(segment !== '', 'a pattern has no empty segment');
  const child = parent.literals.get(segment) ?? newNode();
  parent.literals.set(segment, child);
  return child;
}

function isLiteral(segment: string): boolean {
  return segment !== '' && !segment.startsWith(':') && !segment.startsWith('*');
}
