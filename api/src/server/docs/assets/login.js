// The login of the page: remembered over a reload, renewed before it expires.

const STORED = 'anze.docs.login';
/** An access token is renewed so many milliseconds before it expires. */
const MARGIN = 30_000;

/** The session of the reader. */
export class Login {
  #listeners = [];

  constructor(contract) {
    this.contract = contract;
    window.addEventListener('storage', (event) => event.key === STORED && this.#tell());
  }

  /** Calls the listener now and whenever the session begins, is renewed or ends. */
  watch(listener) {
    this.#listeners.push(listener);
    listener(this.current());
  }

  current() {
    try {
      return JSON.parse(localStorage.getItem(STORED));
    } catch {
      return null;
    }
  }

  /** Logs in; answers with the problem where that is refused. */
  async logIn(loginName, password, language) {
    const response = await this.#post('login_user', { login_name: loginName, password }, { 'Accept-Language': language });
    if (!response.ok) {
      return response.json();
    }
    this.adopt(await response.json(), loginName);
    return null;
  }

  /** Takes over the tokens of a login or of a renewal. */
  adopt(tokens, loginName = this.current()?.login_name ?? '') {
    this.#store({
      login_name: loginName,
      access_token: tokens.access_token,
      refresh_token: tokens.refresh_token,
      expires_at: Date.now() + tokens.expires_in * 1000,
    });
  }

  async logOut() {
    const authorization = await this.renewed(`Bearer ${this.current()?.access_token}`);
    this.#store(null);
    await this.#post('logout_user', undefined, { Authorization: authorization });
  }

  /** The header, with a fresh token where it holds the token of this session and that token expires soon. */
  async renewed(authorization) {
    const session = this.current();
    if (!session || authorization !== `Bearer ${session.access_token}` || Date.now() < session.expires_at - MARGIN) {
      return authorization;
    }
    await alone(() => this.#renew(session.refresh_token));
    return `Bearer ${this.current()?.access_token ?? session.access_token}`;
  }

  async #renew(refreshToken) {
    if (this.current()?.refresh_token !== refreshToken) {
      // Another tab was quicker. A refresh token works once.
      return;
    }
    const response = await this.#post('refresh_session', { refresh_token: refreshToken });
    if (response.ok) {
      this.adopt(await response.json());
    } else if (response.status === 401) {
      this.#store(null);
    }
  }

  #post(operationId, body, headers = {}) {
    return fetch(this.contract.path(operationId), {
      method: 'POST',
      headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }), ...headers },
      body: body && JSON.stringify(body),
    });
  }

  #store(session) {
    if (session) {
      localStorage.setItem(STORED, JSON.stringify(session));
    } else {
      localStorage.removeItem(STORED);
    }
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) {
      listener(this.current());
    }
  }
}

/** Does the work in one tab at a time, where the browser can do that. */
function alone(work) {
  return navigator.locks ? navigator.locks.request(STORED, work) : work();
}
