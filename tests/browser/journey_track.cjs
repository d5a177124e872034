/* journey_track.cjs: what has become of an application, in a browser: the list, where one stands in each of its
 * states, the receipt, who was told what; and that what changes shows itself, or by reload without script.
 */
'use strict';
const { assert, birth, idNumber, suite, until, World } = require('../api/harness.cjs');
const { missing, launch, ways, person, look } = require('./browser.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery';
const most = 40 * 1024; /* bytes of a page with everything, nothing kept from before */
const is_item = (call) => call.json && !/:/.test(call.json.item) && !call.json.of;
const police = (call) => is_item(call) && call.department === 'public_security';

/* What the departments answer in each of the states that are looked at. */
const answers = {
	finished: () => undefined,
	acknowledged: (c) => is_item(c) && c.department === 'medical_insurance'
		? { status: 202, body: { state: 'pending', result_id: 'YB-2026-000123' } } : undefined,
	silent: (c) => c.department === 'public_security' ? { status: 503, body: {} } : undefined,
	waiting: (c) => police(c) && c.json.round === 1
		? { status: 200, body: { state: 'correction', fields: [{ field: 'child_name', reason: '与出生医学证明上的不一致' }] } } : undefined,
	refused: (c) => police(c) ? { status: 200, body: { state: 'rejected', result_id: 'GA-1', reason: '父亲户口在外省，请到户籍地办理' } } : undefined,
	attention: (c) => police(c) ? { status: 422, body: {} } : undefined,
	withdrawn: (c) => police(c) ? { status: 202, body: { state: 'pending', result_id: 'GA-2' } } : undefined,
};

/* When it stands as it is to be looked at. */
const stands = {
	finished: (a) => a.status === 'finished',
	acknowledged: (a) => a.items.some((i) => i.receipt === 'YB-2026-000123'),
	silent: (a) => a.items.some((i) => i.problem && i.problem.code === 'silent'),
	waiting: (a) => a.status === 'waiting_for_applicant',
	refused: (a) => a.status === 'finished',
	attention: (a) => a.items.some((i) => i.status === 'attention'),
	withdrawn: (a) => a.items.some((i) => i.receipt === 'GA-2'),
};

/* What its page says then. */
const says = {
	finished: [/全部事项已经办结/, /办完后实际数的/],
	acknowledged: [/您现在不需要再做任何事/, /部门收到了，编号 YB-2026-000123/, /还没有部门的编号|等部门的结果/],
	silent: [/等公安局答复要核对的资料/, /从.*起没有答复/, /下一次试/, /部门承诺的日子不因此推迟/],
	waiting: [/请改正/, /部门请您改正/, /与出生医学证明上的不一致/],
	refused: [/没有办成/, /父亲户口在外省，请到户籍地办理/, /不能办/],
	attention: [/工作人员/],
	withdrawn: [/您.*申请撤回/],
};

suite(async (test) => {
	const w = await World.start(), origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	const rules = new Map(), numbers = {};
	let filing; /* the rule of the application that is being filed: its calls may come before its number */
	w.gate.rule = (call) => {
		const number = call.json && call.json.application;
		if (number && !rules.has(number))
			rules.set(number, filing);
		return number && rules.get(number) ? rules.get(number)(call) : undefined;
	};

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.password('anna', password);
	w.tokens.anna = (await w.run('account', 'token', 'anna')).stdout.trim();
	for (const [state, rule] of Object.entries(answers)) {
		filing = rule;
		numbers[state] = (await w.accepted('anna', birth())).number;
		rules.set(numbers[state], rule);
		await w.watch('anna', numbers[state], state, stands[state]);
	}
	const left = await w.http('POST', `/api/v1/applications/${numbers.withdrawn}/withdrawal`, { who: 'anna', key: 'w', json: { reason: '名字要再想想' } });
	assert.equal(left.status, 200, left.text);

	const enter = async (context) => {
		const answer = await context.request.post(`${origin}/api/v1/session`, { data: { name: 'anna', password } });
		assert.equal(answer.status(), 200);
	};
	const at = (state, more = '') => `/applications/${numbers[state]}${more}`;
	const pages = [
		{ name: 'mine', path: '/applications' },
		...Object.keys(answers).map((state) => ({ name: `progress-${state}`, path: at(state), says: says[state] })),
		{ name: 'receipt', path: at('acknowledged', '/receipt'), says: [new RegExp(numbers.acknowledged)] },
		{ name: 'disclosures', path: at('finished', '/disclosures'), says: [/谁打开看过/] },
	];
	for (const what of pages)
		for (const way of ways)
			await test(`${what.name} ${way.name}`, async () => {
				const seen = await look(browser, origin, { ...what, enter }, way);
				assert.deepEqual(seen.wrong, []);
				assert.ok(Object.values(seen.bytes).reduce((a, b) => a + b, 0) < most);
				for (const words of way.lang ? [] : what.says || [])
					assert.match(seen.text, words);
			});

	/* One that waits for the police, however often they are asked, until they go on. */
	async function untilThePolice() {
		let go, asked;
		const gone = new Promise((done) => { go = done; });
		filing = (c) => {
			asked ||= police(c);
			return police(c) ? gone : undefined;
		};
		const { number } = await w.accepted('anna', birth());
		await until('the police are asked', () => asked);
		return { number, go };
	}

	await test('what changes shows itself: the page stays, what stood open stays open', async () => {
		const { number, go } = await untilThePolice();
		const context = await person(browser, origin, { width: 360 });
		await enter(context);
		const page = await context.newPage();
		await page.goto(`${origin}/applications/${number}`);
		await page.evaluate(() => { window.same = true; });
		await page.locator('details', { hasText: '看全部经过' }).locator('summary').click();
		go();
		await page.locator('#first', { hasText: '全部事项已经办结' }).waitFor();
		await page.locator('#stands', { hasText: '办完后实际数的' }).waitFor();
		assert.equal(await page.evaluate(() => window.same), true, 'it was not loaded again');
		assert.ok(await page.locator('.story').isVisible());
		await context.close();
	});

	await test('without script the same, by reload', async () => {
		const { number, go } = await untilThePolice();
		const context = await person(browser, origin, { width: 360, script: false });
		await enter(context);
		const page = await context.newPage();
		await page.goto(`${origin}/applications`);
		await page.locator(`a[href="/applications/${number}"]`).click();
		assert.match(await page.locator('#first').innerText(), /您现在不需要再做任何事/);
		go();
		await w.finished('anna', number);
		await page.reload();
		assert.match(await page.locator('#first').innerText(), /全部事项已经办结/);
		await page.getByRole('link', { name: /^回执/ }).click();
		assert.ok((await page.locator('main').innerText()).includes(number));
		await context.close();
	});

	await browser.close();
	await w.stop();
});
