/* journey_supervisor.cjs: a county's supervisor in a browser, from nothing to his end: he comes in with both factors,
 * sees what is overdue, which conferences there are, what waits for an answer and what is late, answers it, and sees
 * how the departments do. On the phone and at the desk, with and without script; nobody else gets there.
 */
'use strict';
const { assert, birth, idNumber, oneTimeCode, suite, World } = require('../api/harness.cjs');
const { missing, launch, person, inspect } = require('./browser.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery';
const ways = [{ name: '360', width: 360 }, { name: '1280', width: 1280 }, { name: '360-noscript', width: 360, script: false }];

suite(async (test) => {
	const w = await World.start(), origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	const factors = {};

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('clerk', 'clerk', { department: 'cdc', divisions: ['330111'] });
	factors.clerk = await w.password('clerk', password, true);
	const { number } = await w.accepted('anna', birth());
	await w.finished('anna', number);
	const say = (path, json) => w.http('POST', `/api/v1/applications/${number}/${path}`, { who: 'anna', json, key: `${path} ${Math.random()}` });

	/* A supervisor of his own for each way: a one-time code counts once. */
	async function come(name, role, way, target, more) {
		if (!factors[name]) {
			await w.account(name, role, more);
			factors[name] = await w.password(name, password, true);
		}
		const context = await person(browser, origin, way), page = await context.newPage();
		await page.goto(origin + target);
		assert.match(page.url(), /\/login\?next=/);
		await page.locator('#name').fill(name);
		await page.locator('#password').fill(password);
		const factor = page.locator('#totp');
		if (!await factor.isVisible())
			await page.locator('summary').first().click();
		await factor.fill(oneTimeCode(factors[name]));
		await Promise.all([page.waitForURL(origin + target), page.keyboard.press('Enter')]);
		return { context, page };
	}
	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, `supervision-${name}`), []);
	const text = (page) => page.locator('main').innerText();
	const go = (page, act) => Promise.all([page.waitForNavigation(), act()]);
	const follow = (page, name) => go(page, () => page.getByRole('link', { name, exact: true }).first().click());

	/* Nine promises that have passed (one is shown as such by tests/api/clock.cjs), and a conference. */
	const stuck = () => w.sql(`INSERT INTO overdue (division, application, item, department, since) SELECT division, id, i, 'public_security',
		date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai' - i * interval '7 days' FROM application,
		generate_series(0, 8) i WHERE number = '${number}' ON CONFLICT (division, application, item) DO UPDATE SET settled_at = NULL`);
	w.sql(`INSERT INTO conference SELECT id, id, 1, now(), NULL, NULL, division, 20600, 'cdc', 'sealed', NULL FROM application`);
	w.sql("INSERT INTO conference_guest SELECT id, division, d FROM conference, unnest('{cdc,public_security}'::text[]) d");

	for (const way of ways) {
		await test(`${way.name}: comes in, sees what is late, answers it, sees how the departments do`, async () => {
			const { context, page } = await come(`super-${way.name}`, 'supervisor', way, '/supervision', { divisions: ['330111'] });
			assert.match(await text(page), /没有超期还没办出的[^]*没有等答复的投诉和差评/);
			await looked(page, way, 'none');
			stuck();
			const said = await say('complaints', { item: 'vaccination_record', about: 'slow', text: '说好当场,等了三天' });
			assert.equal(said.status, 201, said.text);
			w.sql(`UPDATE feedback SET due = due - 30 WHERE id = ${said.json.id}`);

			await page.goto(`${origin}/`);
			await follow(page, '督查');
			assert.match(await text(page), /有 1 件等答复，其中 1 件已经过期/);
			assert.match(await text(page), /太慢/);
			assert.match(await text(page), /超期 \d+ 个工作日/);
			assert.equal(await page.locator('h2 + .rows').first().locator('> li').count(), 5, 'the worst of them');
			await looked(page, way, 'waiting');
			await follow(page, '看全部超期的');
			assert.equal(await page.locator('.rows > li').count(), 9);
			assert.match(await text(page), new RegExp(number));
			await looked(page, way, 'overdue');
			await follow(page, '会商');
			assert.match(await text(page), /疾病预防控制中心发起[^]*受邀：疾病预防控制中心、公安/);
			await looked(page, way, 'conferences');
			await follow(page, '总的情况');
			await follow(page, '去看，去答复');
			await page.locator('details summary').first().click();
			await page.locator('input[name=outcome][value=put_right]').check();
			await page.locator('textarea').fill('已经向您道歉,并补办好了');
			await go(page, () => page.getByRole('button', { name: '交给申请人' }).click());
			assert.equal(w.sql(`SELECT open FROM feedback WHERE id = ${said.json.id}`)[0], 'f');

			w.sql('UPDATE overdue SET settled_at = now()');
			await page.goto(`${origin}/supervision`);
			assert.match(await text(page), /没有等答复的投诉和差评/);
			const first = page.locator('.tiles > li').first();
			assert.match(await first.innerText(), /疾病预防控制中心[^]*没有按时答复 [1-9]/, 'the answer came late, is counted, and stands first');
			await follow(page, '近一年');
			assert.equal(await page.getByRole('navigation', { name: '看多久' }).locator('[aria-current=page]').innerText(), '近一年');
			await looked(page, way, 'answered');
			await context.close();
		});
	}

	await test('another county, and whoever is no supervisor, sees none of it', async () => {
		const said = await say('complaints', { item: 'vaccination_record', about: 'slow', text: '又等了三天' });
		assert.equal(said.status, 201, said.text);
		const far = await come('far', 'supervisor', ways[1], '/supervision', { divisions: ['330106'] });
		assert.match(await text(far.page), /没有等答复的投诉和差评/);
		assert.match(await text(far.page), /这段时间没有办过事/);
		await looked(far.page, ways[1], 'far');
		const clerk = await person(browser, origin, ways[1]);
		const let_in = await clerk.request.post(`${origin}/api/v1/session`, { data: { name: 'clerk', password, totp: oneTimeCode(factors.clerk) } });
		assert.equal(let_in.status(), 200);
		const page = await clerk.newPage();
		for (const path of ['', '/overdue', '/conferences'])
			assert.equal((await page.goto(`${origin}/supervision${path}`)).status(), 403, path);
		assert.equal(await page.getByRole('link', { name: '登录', exact: true }).count(), 0, 'he is logged in');
		await looked(page, ways[1], 'refused');
		await follow(page, '退出，换一个账号');
		await go(page, () => page.locator('main form button').first().click());
		assert.equal(await page.getByRole('link', { name: '登录', exact: true }).count(), 1, 'he may come in as somebody else');
	});

	await browser.close();
	await w.stop();
});
