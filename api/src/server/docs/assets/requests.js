// What the page adds to a request before it is sent, and notes from its answer.

import { matches } from './contract.js';

/** Fills in `Idempotency-Key`, `If-Match` and a valid access token. */
export class Requests {
  #etags = new Map();

  constructor(contract, login, language) {
    this.contract = contract;
    this.login = login;
    this.language = language;
  }

  /** Completes a request of "try it out". A value that the reader entered stays as it is. */
  async complete(request) {
    const headers = request.headers ?? {};
    request.headers = headers;
    const given = (name) => Object.keys(headers).some((header) => header.toLowerCase() === name && headers[header]);
    const operation = this.#operationOf(request);
    const takes = (name) => this.#parameters(operation).some((parameter) => parameter.name.toLowerCase() === name);
    if (takes('idempotency-key') && !given('idempotency-key')) {
      headers['Idempotency-Key'] = randomId();
    }
    if (takes('if-match') && !given('if-match')) {
      const etag = this.#etags.get(this.contract.resourceOf(pathOf(request.url)));
      if (etag) {
        headers['If-Match'] = etag;
      }
    }
    if (!given('accept-language')) {
      headers['Accept-Language'] = this.language;
    }
    if (headers.Authorization) {
      headers.Authorization = await this.login.renewed(headers.Authorization);
    }
    return request;
  }

  /** Notes the `ETag` of the answered record, and the tokens of a login. */
  note(response) {
    if (!response.ok) {
      return response;
    }
    const path = pathOf(response.url);
    if (path === this.contract.path('login_user') || path === this.contract.path('refresh_session')) {
      this.login.adopt(response.body);
    }
    const record = this.#answeredRecord(path, response);
    if (record && response.headers.etag) {
      this.#etags.set(record, response.headers.etag);
    }
    return response;
  }

  /**
   * The path of the record that an answer shows: the new record's where one was created, the asked path where that can
   * be read, else the path up to the id of the answered record (`POST /visits/7/start` answers with visit 7).
   */
  #answeredRecord(path, { headers, body }) {
    if (headers.location) {
      return pathOf(headers.location);
    }
    if (this.contract.resourceOf(path) === path) {
      return path;
    }
    const segments = path.split('/');
    const at = segments.lastIndexOf(body?.id);
    return at > 0 ? segments.slice(0, at + 1).join('/') : undefined;
  }

  #operationOf({ url, method }) {
    const segments = pathOf(url).split('/');
    const found = [...this.contract.operations.values()].filter(
      (candidate) => candidate.method === (method ?? 'get').toLowerCase() && matches(candidate.template, segments),
    );
    // A fixed word is preferred to a parameter.
    const [nearest] = found.sort((a, b) => a.template.split('{').length - b.template.split('{').length);
    return nearest?.operation;
  }

  #parameters(operation) {
    return (operation?.parameters ?? []).map((parameter) =>
      parameter.$ref ? this.contract.document.components.parameters[parameter.$ref.split('/').pop()] : parameter);
  }
}

function pathOf(url) {
  return new URL(url, document.baseURI).pathname;
}

/** `crypto.randomUUID` exists on HTTPS and on the own machine only; an operator may try the page without either. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
