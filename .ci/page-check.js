// Checks the documentation page as a reader uses it, in a browser. Called by `.ci/page`. Every failed check is reported; one is enough to fail.

const os = require('node:os');
const { chromium } = require('playwright-core');

const [url, loginName, password] = process.argv.slice(2);
const origin = new URL(url).origin;

/** On an idle machine, introduction and list of operations are drawn in so many milliseconds. */
const FIRST_VIEW = 2000;
/** On a busy machine the browser waits for its turn: the limit grows with the processes that wait for each processor, up to this. */
const LARGEST_FACTOR = 5;
const NARROW = { width: 412, height: 915 };
const WIDE = { width: 1280, height: 900 };
const EDITIONS = [
  { language: 'en', title: 'API documentation · Anze 安责', introduction: /seven steps/, words: 'submit a commission' },
  { language: 'zh', title: '接口文档 · Anze 安责', introduction: /七个步骤/, words: '提交委托服务单' },
];

const failures = [];

function check(what, holds, seen = '') {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${what}${holds ? '' : ` ${seen}`}`);
  if (!holds) {
    failures.push(what);
  }
}

/** A page of a new reader; everything that it requests and complains of is noted. */
async function newReader(browser, viewport, notes) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) {
      notes.foreign.push(request.url());
    }
  });
  page.on('console', (message) => message.type() === 'error' && notes.errors.push(message.text()));
  page.on('pageerror', (error) => notes.errors.push(error.stack));
  return page;
}

/** Opens the page; milliseconds from the start of the navigation until all tags stand below the introduction. */
async function open(page, language) {
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelectorAll('.opblock-tag-section').length > 0 && document.querySelector('#introduction h2')) {
        requestAnimationFrame(() => setTimeout(() => { window.firstView = performance.now(); }));
      } else {
        requestAnimationFrame(look);
      }
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${origin}/docs/${language}`);
  await page.waitForFunction(() => window.firstView, undefined, { timeout: 60_000 });
  return page.evaluate(() => window.firstView);
}

const operation = (page, operationId) => page.locator(`.opblock[id$="-${operationId}"]`);

/** Finds an operation by the search and opens it. */
async function find(page, operationId) {
  await page.fill('#search', operationId);
  const block = operation(page, operationId);
  await block.waitFor();
  if (!/is-open/.test(await block.getAttribute('class'))) {
    await block.locator('.opblock-summary-control').click();
  }
  await block.locator('.try-out__btn').first().waitFor();
  return block;
}

/** Sends a request by "try it out", with the example's body or what `edit` makes of it; the exchange, as the browser saw it. */
async function tryOut(page, operationId, id, edit) {
  const block = await find(page, operationId);
  const button = block.locator('.try-out__btn:not(.cancel):not(.reset)');
  if (await button.count()) {
    await button.click();
  }
  if (id) {
    await block.locator('tr[data-param-name="id"] input').fill(id);
  }
  if (edit) {
    const body = block.locator('textarea.body-param__text');
    await body.fill(JSON.stringify(edit(JSON.parse(await body.inputValue()))));
  }
  const [response] = await Promise.all([
    page.waitForResponse((response) => /\/api\//.test(response.url()), { timeout: 60_000 }),
    block.locator('button.execute').click(),
  ]);
  await block.locator('.live-responses-table').waitFor();
  return { status: response.status(), request: await response.request().allHeaders(), response };
}

const succeeded = ({ status }) => status >= 200 && status < 300;

async function noHorizontalScrolling(page, what) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(`${what} does not scroll sideways`, content <= window, `${content} > ${window} px`);
}

/** A picture for people, where a folder for it is named. */
async function picture(page, name) {
  if (process.env.SCREENSHOTS) {
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
  }
}

/** The first view of a reader whose browser has kept nothing: the middle one of three. */
async function firstView(browser, edition, notes) {
  const times = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const page = await newReader(browser, WIDE, notes);
    times.push(Math.round(await open(page, edition.language)));
    await page.context().close();
  }
  const waiting = os.loadavg()[0] / os.cpus().length;
  const factor = Math.min(Math.max(1, waiting), LARGEST_FACTOR);
  const middle = [...times].sort((a, b) => a - b)[1];
  const limit = Math.round(FIRST_VIEW * factor);
  check(`${edition.language}: first view in ${middle} ms (${times.join(', ')}), at most ${limit}`, middle < limit);
}

async function reading(browser, edition, notes) {
  const page = await newReader(browser, WIDE, notes);
  await open(page, edition.language);
  const { language } = edition;
  await picture(page, `${language}-first-view`);
  check(`${language}: title`, await page.title() === edition.title, await page.title());
  check(`${language}: introduction`, edition.introduction.test(await page.textContent('#introduction')));
  check(`${language}: operations are collapsed`, await page.locator('.opblock').count() === 0);
  const links = await page.locator('#guides a').evaluateAll((found) => found.map((link) => link.href));
  check(`${language}: the list of problems is linked`, links.includes(`${origin}/docs/problems`), links);
  for (const link of links) {
    const response = await page.request.get(link);
    check(`${language}: ${link} is there`, response.ok(), response.status());
  }
  await page.fill('#search', 'submit_commission');
  await operation(page, 'submit_commission').waitFor();
  check(`${language}: search finds submit_commission alone`, await page.locator('.opblock').count() === 1);
  await page.fill('#search', edition.words);
  await operation(page, 'submit_commission').waitFor();
  check(`${language}: search finds it by its name in words`, await page.locator('.opblock').count() < 5);
  await page.fill('#search', 'no such words');
  await page.locator('#nothing-found').waitFor();
  await page.click('#other-language');
  await page.waitForURL((address) => !address.pathname.endsWith(`/${language}`));
  check(`${language}: leads to the other language`, !edition.introduction.test(await page.textContent('#introduction')));
  await page.context().close();
}

async function narrow(browser, edition, notes) {
  const page = await newReader(browser, NARROW, notes);
  await open(page, edition.language);
  await picture(page, `${edition.language}-narrow`);
  await noHorizontalScrolling(page, `${edition.language}, ${NARROW.width} px: the page`);
  for (const operationId of ['create_project', 'submit_commission']) {
    const block = await find(page, operationId);
    await block.locator('.try-out__btn').first().click();
    await block.scrollIntoViewIfNeeded();
    await picture(page, `${edition.language}-narrow-${operationId}`);
    await noHorizontalScrolling(page, `${edition.language}, ${NARROW.width} px: ${operationId}, open`);
  }
  await page.context().close();
}

async function trying(browser, notes) {
  const page = await newReader(browser, WIDE, notes);
  await open(page, 'en');
  await page.fill('#login [name=login_name]', loginName);
  await page.fill('#login [name=password]', password);
  await page.click('#login button');
  await page.locator('#who').waitFor();
  check('logged in', await page.textContent('#who') === loginName);

  const [first, second] = [await tryOut(page, 'create_project'), await tryOut(page, 'create_project')];
  check('a POST', succeeded(first), first.status);
  check('the same POST again', succeeded(second), second.status);
  const keys = [first, second].map(({ request }) => request['idempotency-key']);
  check('each with a key of its own', keys[0] && keys[1] && keys[0] !== keys[1], keys);
  const { id } = await second.response.json();
  check('it made a second record', id !== (await first.response.json()).id, id);

  const read = await tryOut(page, 'get_project', id);
  check('a read', succeeded(read), read.status);
  // The organisations that the example names are not in this database.
  const ofOthers = (body) => ({ ...body, owner: { name: '厦门杏林湾建设有限公司' }, supervisor: { name: '厦门海湾工程监理有限公司' } });
  const update = await tryOut(page, 'update_project', id, ofOthers);
  check('an update', succeeded(update), update.status);
  await picture(page, 'update-tried');
  const tags = [update.request['if-match'], read.response.headers().etag];
  check('with the ETag that was read', tags[0] && tags[0] === tags[1], tags);
  const renamed = (body) => ({ ...body, name: '集美新城 B 地块安置房' });
  const again = await tryOut(page, 'update_project', id, renamed);
  check('an update with the ETag of the one before', succeeded(again), again.status);

  await page.reload();
  await page.waitForFunction(() => document.querySelector('#who').textContent !== '');
  check('still logged in after a reload', await page.textContent('#who') === loginName);
  const caller = await tryOut(page, 'get_caller');
  check('a read after the reload', succeeded(caller), caller.status);
  await page.click('#log-out');
  await page.locator('#login').waitFor();
  check('logged out', await page.evaluate(() => localStorage.getItem('anze.docs.login')) === null);
  await page.context().close();
}

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  const notes = { foreign: [], errors: [] };
  try {
    // The server makes the document in Chinese when it is asked for first.
    await fetch(`${origin}/openapi.zh.json`);
    for (const edition of EDITIONS) {
      await firstView(browser, edition, notes);
      await reading(browser, edition, notes);
      await narrow(browser, edition, notes);
    }
    await trying(browser, notes);
  } finally {
    await browser.close();
  }
  check('no request leaves the host', notes.foreign.length === 0, notes.foreign);
  check('no error in the console', notes.errors.length === 0, notes.errors.join('\n'));
}

main()
  .catch((error) => failures.push(error.message) && console.error(error))
  .finally(() => {
    console.log(failures.length === 0 ? 'page: everything holds' : `page: ${failures.length} failed`);
    process.exitCode = failures.length === 0 ? 0 : 1;
  });
