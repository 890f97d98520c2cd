// Starts the page: Swagger UI on the contract, with search, navigation and login of our own around it.

import { Contract } from './contract.js';
import { Login } from './login.js';
import { Requests } from './requests.js';
import { translate } from './words.js';

const page = document.documentElement;
const language = page.lang;
const element = (id) => document.getElementById(id);

/** What Swagger UI does otherwise on this page. */
function plugin(contract) {
  const haystacks = new Map();
  const haystack = (operation) => {
    const id = operation.get('id');
    if (!haystacks.has(id)) {
      const { template, method, operation: described } = contract.operations.get(operation.getIn(['operation', 'operationId']));
      const words = [described.operationId, method, template, described.summary, described.description, ...described.tags];
      haystacks.set(id, words.join(' ').toLowerCase());
    }
    return haystacks.get(id);
  };
  const searching = (system) => {
    const phrase = system.layoutSelectors.currentFilter();
    return typeof phrase === 'string' && phrase !== '';
  };
  return (system) => ({
    fn: {
      // Searches operations; Swagger UI's own filter knows the names of tags only.
      opsFilter: (taggedOps, phrase) => {
        const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
        const found = (operation) => words.every((word) => haystack(operation).includes(word));
        return taggedOps
          .map((tag) => tag.update('operations', (operations) => operations.filter(found)))
          .filter((tag) => tag.get('operations').size > 0);
      },
      resolveSubtree: async (_document, path) => ({ spec: contract.resolve(path), errors: [] }),
    },
    statePlugins: {
      spec: {
        wrapActions: {
          // The document is parsed already. Swagger UI would parse its text again, as YAML.
          parseToJson: (_original, { specActions }) => () => specActions.updateJsonSpec(contract.document),
        },
      },
      layout: {
        wrapSelectors: {
          // The tags of the operations found stand open.
          isShown: (original) => (_state, thing, ...rest) =>
            (thing[0] === 'operations-tag' && searching(system.getSystem())) || original(thing, ...rest),
        },
      },
    },
    wrapComponents: {
      // Both stand in the page itself.
      InfoContainer: () => () => null,
      FilterContainer: () => () => null,
    },
  });
}

function showNavigation(contract, ui) {
  const list = element('areas');
  for (const { name, tags } of contract.groups()) {
    const group = document.createElement('div');
    if (name) {
      group.append(Object.assign(document.createElement('h3'), { textContent: name }));
    }
    for (const tag of tags) {
      const link = Object.assign(document.createElement('a'), {
        href: `#/${tag.name}`, textContent: tag.title, title: tag.description,
      });
      link.addEventListener('click', () => {
        search('', ui);
        ui.layoutActions.show(['operations-tag', tag.name], true);
        requestAnimationFrame(() => element(`operations-tag-${tag.name}`)?.scrollIntoView({ block: 'start' }));
      });
      group.append(link);
    }
    list.append(group);
  }
}

function search(phrase, ui) {
  element('search').value = phrase;
  ui.layoutActions.updateFilter(phrase.trim() || true);
  const empty = phrase.trim() !== '' && ui.specSelectors.taggedOperations().size === 0;
  element('nothing-found').hidden = !empty;
}

function listenToSearch(ui) {
  let waiting;
  element('search').addEventListener('input', (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      search(event.target.value, ui);
      if (event.target.value.trim()) {
        element('operations').scrollIntoView({ block: 'start' });
      }
    }, 150);
  });
}

function showLogin(login, ui) {
  const form = element('login');
  login.watch((session) => {
    page.toggleAttribute('data-logged-in', Boolean(session));
    element('who').textContent = session?.login_name ?? '';
    if (session) {
      ui.preauthorizeApiKey('session', session.access_token);
    } else if (ui.authSelectors.authorized()?.has('session')) {
      ui.authActions.logoutWithPersistOption(['session']);
    }
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const refused = element('refused');
    refused.textContent = '';
    try {
      const problem = await login.logIn(form.login_name.value, form.password.value, language);
      refused.textContent = problem ? `${problem.title} ${problem.detail}` : '';
    } catch {
      refused.textContent = form.dataset.unreachable;
    }
    form.password.value = '';
  });
  element('log-out').addEventListener('click', () => login.logOut());
}

/** The other language shows the same operation. */
function followLanguage() {
  const link = element('other-language');
  link.addEventListener('click', () => {
    link.hash = location.hash;
  });
}

async function start() {
  followLanguage();
  const contract = await Contract.fetch(page.dataset.contract);
  const login = new Login(contract);
  const requests = new Requests(contract, login, language);
  const ui = SwaggerUIBundle({
    spec: contract.document,
    dom_id: '#swagger-ui',
    deepLinking: true,
    defaultModelsExpandDepth: -1,
    docExpansion: 'none',
    displayOperationId: true,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: true,
    syntaxHighlight: { activated: true, theme: 'agate' },
    validatorUrl: null,
    plugins: [plugin(contract), translate(language)],
    requestInterceptor: (request) => requests.complete(request),
    responseInterceptor: (response) => requests.note(response),
    onComplete: () => {
      element('loading').hidden = true;
    },
  });
  showNavigation(contract, ui);
  listenToSearch(ui);
  showLogin(login, ui);
}

start().catch((error) => {
  element('loading').textContent = `${element('loading').dataset.failed} ${error.message}`;
});
