// The contract as the page uses it: fetched once, resolved by ourselves, and asked for paths.

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace']);
/** Headers that the page fills in itself, unless the reader enters a value. */
const FILLED_IN = new Set(['idempotency-key', 'if-match']);

/** The contract with what the page needs to find in it. */
export class Contract {
  constructor(document) {
    this.document = document;
    this.operations = new Map();
    this.readable = [];
    for (const [template, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        if (METHODS.has(method)) {
          this.operations.set(operation.operationId, { template, method, operation });
          this.#leaveOpen(operation);
        }
      }
      if (item.get && answersWithETag(item.get)) {
        this.readable.push(template);
      }
    }
    for (const parameter of Object.values(document.components?.parameters ?? {})) {
      leaveOpen(parameter);
    }
  }

  static async fetch(url) {
    const response = await fetch(url, { headers: { Accept: 'application/json' } });
    if (!response.ok) {
      throw new Error(`${url}: ${response.status}`);
    }
    return new Contract(await response.json());
  }

  /** The path of an operation without parameters. */
  path(operationId) {
    return this.operations.get(operationId)?.template;
  }

  /** The tags in their groups; one group without a name where the document has no groups. */
  groups() {
    const described = new Map((this.document.tags ?? []).map((tag) => [tag.name, tag]));
    const groups = this.document['x-tagGroups'] ?? [{ name: '', tags: [...described.keys()] }];
    return groups.map(({ name, tags }) => ({
      name,
      tags: tags.map((tag) => ({
        name: tag, title: described.get(tag)?.['x-displayName'] ?? tag, description: described.get(tag)?.description ?? '',
      })),
    }));
  }

  /** The path of the record whose `ETag` a change at this path needs: the nearest path, upwards, that can be read. */
  resourceOf(path) {
    const segments = path.split('/');
    for (let length = segments.length; length > 1; length -= 1) {
      const candidate = segments.slice(0, length);
      if (this.readable.some((template) => matches(template, candidate))) {
        return candidate.join('/');
      }
    }
    return undefined;
  }

  /**
   * One part of the document with its references replaced. Swagger UI's own resolver reads the whole document anew
   * for each part, which takes seconds. The contract holds local references only.
   */
  resolve(path) {
    const part = path.reduce((node, key) => node?.[key], this.document);
    return this.#replace(part, []);
  }

  #replace(node, open) {
    if (Array.isArray(node)) {
      return node.map((item) => this.#replace(item, open));
    }
    if (node === null || typeof node !== 'object') {
      return node;
    }
    const { $ref: reference, ...rest } = node;
    if (typeof reference === 'string') {
      // A schema that contains itself keeps the reference.
      return open.includes(reference) ? node : { ...this.#replace(this.#target(reference), [...open, reference]), ...rest };
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, this.#replace(value, open)]));
  }

  #target(reference) {
    const keys = reference.slice(2).split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    return keys.reduce((node, key) => node?.[key], this.document);
  }

  #leaveOpen(operation) {
    for (const parameter of operation.parameters ?? []) {
      leaveOpen(parameter);
    }
  }
}

/** Takes the example out of a header that the page fills in: an example would be sent again and again. */
function leaveOpen(parameter) {
  if (parameter.in === 'header' && FILLED_IN.has(parameter.name.toLowerCase())) {
    delete parameter.example;
    delete parameter.examples;
    parameter.required = false;
  }
}

function answersWithETag(operation) {
  return Object.entries(operation.responses).some(([status, { headers }]) => status.startsWith('2') && headers?.ETag);
}

/** Whether a path, in its segments, is of this template. */
export function matches(template, segments) {
  const parts = template.split('/');
  return parts.length === segments.length
    && parts.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]));
}
