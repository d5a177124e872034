/* journey_kept.cjs: nothing typed is lost on the way to a login, in a browser: the session has ended, another one
 * was begun meanwhile, the password is asked for once more, we are away; and nobody else is shown what was typed.
 * On the phone without script, and at the desk.
 */
'use strict';
const { assert, birth, childName, demoForm, idNumber, request, suite, World } = require('../api/harness.cjs');
const { missing, launch, person, inspect } = require('./browser.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery', letter = '<b>名字</b> 还没想好\n"下周" 再办 & 再说';
const plain = { name: '360-noscript', width: 360, script: false }, desk = { name: '1280', width: 1280 };

suite(async (test) => {
	const w = await World.start(), origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	let people = 300;

	/* Something is still under way, so that there is something to withdraw. */
	w.gate.rule = (call) => call.json && call.json.item === 'medical_insurance_enrol' && !call.json.of
		? { status: 202, body: { state: 'pending', result_id: 'M-1' } } : undefined;

	async function account(role, more) {
		const name = `${role}${++people}`;
		await w.account(name, role, { id: idNumber(people, true, '19950312'), full: '李秀兰', ...more });
		await w.password(name, password);
		w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
		return name;
	}

	async function inside(name, way) {
		const context = await person(browser, origin, way), page = await context.newPage();
		assert.equal((await context.request.post(`${origin}/api/v1/session`, { data: { name, password } })).status(), 200);
		return { context, page };
	}

	const go = (page, act) => Promise.all([page.waitForNavigation({ waitUntil: 'load' }), act()]);
	const press = (page, name) => go(page, () => page.getByRole('button', { name, exact: true }).click());
	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, `kept-${name}`), []);
	const text = (page) => page.locator('main').innerText();
	const ended = (name) => w.sql(`DELETE FROM session WHERE account = (SELECT id FROM account WHERE name = '${name}')`);
	const draft = async (name) => (await w.http('GET', '/api/v1/drafts/birth', { who: name }));
	const log_in = async (page, name) => {
		await page.locator('#name').fill(name);
		await page.locator('#password').fill(password);
		await press(page, '登录');
	};

	for (const way of [plain, desk])
		await test(`a form, ${way.name}: the session has ended; what was typed comes along through the login, and is saved`, async () => {
			const name = await account('citizen'), child = childName(), { context, page } = await inside(name, way);
			await page.goto(`${origin}/apply/birth`);
			ended(name);
			/* no script hears of it: the press is the first that meets the closed door */
			await page.evaluate((typed) => Object.entries(typed).forEach(([id, text]) => { document.getElementById(id).value = text; }),
				{ child_name: child, householder_name: '李"大<海>' });
			await press(page, '保存并继续');
			assert.match(await text(page), /刚才填写的内容都还在/);
			await looked(page, way, 'login');
			assert.equal(await page.locator('.switches a:not([target=_blank])').count(), 0, 'no switch leads away from what is kept');
			await page.locator('#name').fill(name);
			await page.locator('#password').fill('not the one at all');
			await press(page, '登录');
			await looked(page, way, 'wrong-password');
			await log_in(page, name);
			assert.match(await text(page), /登录好了/);
			assert.ok(!(await page.content()).includes(password));
			await looked(page, way, 'offered');
			await press(page, '接着办');
			assert.match(page.url(), /\/apply\/birth\?saved=1/);
			assert.equal(await page.locator('#child_name').inputValue(), child);
			assert.equal(await page.locator('#householder_name').inputValue(), '李"大<海>');
			const { form } = (await draft(name)).json;
			assert.deepEqual([form.child_name, form.householder_name], [child, '李"大<海>']);
			await context.close();
		});

	await test('another session was begun in another window: one press more, and it is saved', async () => {
		const name = await account('citizen'), { context, page } = await inside(name, plain);
		await page.goto(`${origin}/apply/birth`);
		await page.locator('#child_name').fill('王安安');
		await context.request.post(`${origin}/api/v1/session`, { data: { name, password } });
		await press(page, '保存并继续');
		assert.match(await text(page), /您后来又登录过一次/);
		await looked(page, plain, 'stale');
		assert.equal((await draft(name)).status, 404, 'a form with an old token saves nothing');
		await press(page, '接着办');
		assert.equal((await draft(name)).json.form.child_name, '王安安');
		await context.close();
	});

	await test('somebody else comes in on that browser: nothing of it is shown to him, nothing is saved as his', async () => {
		const name = await account('citizen'), other = await account('citizen'), { context, page } = await inside(name, plain);
		await page.goto(`${origin}/apply/birth`);
		await page.locator('#child_name').fill('王安安');
		ended(name);
		await press(page, '保存并继续');
		await log_in(page, other);
		assert.match(await text(page), /另一个账户填写的/);
		assert.ok(!(await page.content()).includes('王安安'));
		await looked(page, plain, 'other');
		await go(page, () => page.getByRole('link', { name: '往下走' }).click());
		assert.ok(!(await page.content()).includes('王安安'));
		assert.equal((await draft(other)).status, 404);
		await context.close();
	});

	for (const way of [plain, desk])
		await test(`a reason, ${way.name}: the session has ended, the reason is not lost, and it happens once`, async () => {
			const name = await account('citizen'), { applicant_name, applicant_id_no, ...form } = demoForm('birth').form;
			const id = idNumber(people, true, '19950312');
			const { number } = await w.accepted(name, birth({ ...form, mother_id_no: id, child_name: childName() }));
			const { context, page } = await inside(name, way);
			await page.goto(`${origin}/applications/${number}/withdrawal`);
			await page.getByLabel('为什么撤回').fill(letter);
			ended(name);
			await press(page, '确定撤回');
			await log_in(page, name);
			await press(page, '接着办');
			assert.equal(page.url(), `${origin}/applications/${number}`);
			const a = await w.watch(name, number, 'withdrawn', (seen) => seen.withdrawal !== null);
			assert.equal(a.withdrawal.reason.replaceAll('\r', ''), letter);
			await context.close();
		});

	for (const way of [plain, desk])
		await test(`the password once more, ${way.name}: what was typed is there afterwards`, async () => {
			const name = await account('citizen'), agent = await account('agent', { divisions: ['330106'] });
			const { context, page } = await inside(name, way);
			w.sql(`UPDATE session SET proved_at = now() - interval '16 minutes' WHERE account = (SELECT id FROM account WHERE name = '${name}')`);
			await page.goto(`${origin}/mandates`);
			await page.locator('#agent').fill(agent);
			await go(page, () => page.locator('form[action="/mandates/give"] button').click());
			await looked(page, way, 'prove');
			await page.locator('#password').fill(password);
			await go(page, () => page.locator('form[action="/prove"] button').click());
			await press(page, '接着办');
			assert.equal(page.url(), `${origin}/mandates`);
			assert.ok((await text(page)).includes(agent));
			await context.close();
		});

	await test('a form of another site is not kept for anybody', async () => {
		const name = await account('citizen'), kept = JSON.stringify({ path: '/mandates/give', who: name, fields: { agent: 'x' }, files: false });
		const html = { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' };
		for (const from of [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
			const form = await request(w.port, { method: 'POST', path: '/apply/birth', headers: { ...html, ...from }, body: 'child_name=x&_who=y' });
			assert.equal(form.status, 303, form.text);
			const login = await request(w.port, { method: 'POST', path: '/login', headers: { ...html, ...from },
				body: new URLSearchParams({ name, password, _kept: kept }).toString() });
			assert.equal(login.status, 403, login.text);
			assert.ok(!login.text.includes('/mandates/give'));
		}
		for (const path of ['//evil.example/', '/login', 'https://evil.example/', '/prove']) {
			const login = await request(w.port, { method: 'POST', path: '/login', headers: html, body: new URLSearchParams({ name, password,
				_kept: JSON.stringify({ path, who: name, fields: { a: 'b' }, files: false }) }).toString() });
			assert.equal(login.status, 303, login.text);
		}
	});

	await browser.close();
	await w.stop();
});
