/* journey_act.cjs: acting on an application under way, in a browser: correcting just what is marked; withdrawing
 * with the consequences shown first; a second person who is asked for his consent in his own login; a grade, a
 * complaint, and the clerk's answer. On the phone and at the desk, in large type, and without script.
 */
'use strict';
const paper = require('../papers.cjs');
const { assert, birth, demoForm, idNumber, oneTimeCode, suite, until, World } = require('../api/harness.cjs');
const { missing, launch, ways, person, inspect } = require('./browser.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery';
const item = (a, id) => a.items.find((i) => i.id === id);

suite(async (test) => {
	const w = await World.start(), origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	const form = demoForm('marriage').form;
	let people = 0;

	/* The vaccination is done, the premium waits: something stops, something is undone. */
	const pending = (call) => call.json && call.json.item === 'medical_insurance_enrol' && !call.json.of
		? { status: 202, body: { state: 'pending', result_id: 'M-1' } } : undefined;
	const marks = { fields: [{ field: 'householder_name', reason: '与户口簿不一致' }, { field: 'hukou_address', reason: '门牌号不清楚' },
		{ field: 'mother_ethnic', reason: '请核对' }], materials: [{ id: 'household_book', reason: '照片看不清' }] };
	const sentBack = (call) => call.json && call.json.item === 'hukou_birth' && call.json.round === 1 && !call.json.of
		? { status: 200, body: { state: 'correction', result_id: 'PS-3', ...marks } } : undefined;
	w.gate.rule = pending;

	async function citizen(name, id, full) {
		await w.account(name, 'citizen', { id, full });
		await w.password(name, password);
		w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
	}

	/* A couple of its own for each way: who is willing is asked once for two persons. */
	async function couple() {
		const n = ++people, he = `he${n}`, she = `she${n}`;
		const man = idNumber(100 + n, false, '19930708'), woman = idNumber(100 + n, true, '19950312');
		await citizen(he, man, form.man_name);
		await citizen(she, woman, form.woman_name);
		const { number } = await w.accepted(he, { event: 'marriage', form: { ...form, man_id_no: man, woman_id_no: woman } });
		return { number, he, she };
	}

	/* A browser in which this person has come in. */
	async function inside(name, way, factor) {
		const context = await person(browser, origin, way);
		const answer = await context.request.post(`${origin}/api/v1/session`, { data: { name, password,
			...(factor ? { totp: oneTimeCode(factor) } : {}) } });
		assert.equal(answer.status(), 200);
		return { context, page: await context.newPage() };
	}

	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, name), []);
	const submit = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name, exact: true }).click()]);

	await citizen('anna', idNumber(1), '李秀兰');
	const journeys = ways.filter((way) => !way.lang);

	for (const way of journeys)
		await test(`withdrawing, ${way.name}: first what comes of it, then the button; what was said happens`, async () => {
			const { number } = await w.accepted('anna', birth());
			await w.watch('anna', number, 'it is under way', (a) => item(a, 'medical_insurance_enrol').status === 'acknowledged'
				&& item(a, 'vaccination_record').status === 'approved');
			const { context, page } = await inside('anna', way);
			await page.goto(`${origin}/applications/${number}`);
			await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: '撤回这份申请' }).click()]);
			await looked(page, way, 'withdrawal');
			const told = await page.locator('main').innerText();
			assert.match(told, /马上停办/);
			assert.match(told, /请部门撤销/);
			await page.getByLabel('为什么撤回').fill('名字还没有想好');
			await submit(page, '确定撤回');
			assert.equal(page.url(), `${origin}/applications/${number}`);
			await looked(page, way, 'withdrawn');
			const a = await w.watch('anna', number, 'withdrawn', (seen) => seen.withdrawal !== null);
			assert.equal(a.withdrawal.reason, '名字还没有想好');
			await page.goto(`${origin}/applications/${number}/withdrawal`);
			await looked(page, way, 'withdrawal-over');
			assert.equal(await page.getByRole('button', { name: '确定撤回' }).count(), 0);
			await context.close();
		});

	for (const way of journeys)
		await test(`a consent, ${way.name}: a task at home with its end; what is asked, by whom; yes; and again nothing`, async () => {
			const { number, he, she } = await couple();
			const { context, page } = await inside(she, way);
			await page.goto(origin);
			await looked(page, way, 'home-asked');
			await page.goto(`${origin}/applications`);
			await Promise.all([page.waitForNavigation(), page.locator('[aria-labelledby=asked] a').click()]);
			assert.equal(page.url(), `${origin}/applications/${number}/consents/partner_willing`);
			await looked(page, way, 'consent');
			const told = await page.locator('main').innerText();
			assert.ok(told.includes(form.man_name), told);
			assert.match(told, /最晚/);
			await submit(page, '我同意');
			await looked(page, way, 'consent-given');
			assert.match(await page.locator('main').innerText(), /您已经同意/);
			assert.equal(await page.getByRole('button', { name: '我同意' }).count(), 0);
			await page.goto(origin);
			assert.equal(await page.locator('[aria-labelledby=asked]').count(), 0);
			const a = await w.watch(he, number, 'he sees it', (seen) => seen.signs.some((s) => s.status === 'signed'));
			assert.notEqual(item(a, 'marriage_registration').status, 'refused');
			await context.close();
		});

	for (const way of journeys)
		await test(`correcting, ${way.name}: only what is marked, with the department's words; refused in words; then taken`, async () => {
			w.gate.rule = sentBack;
			const { number } = await w.accepted('anna', birth());
			await w.watch('anna', number, 'it is sent back', (a) => item(a, 'hukou_birth').status === 'correction');
			w.gate.rule = pending;
			const { context, page } = await inside('anna', way);
			await page.goto(`${origin}/applications/${number}`);
			await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: '去改正、补交' }).click()]);
			await looked(page, way, 'correction');
			const told = await page.locator('main').innerText();
			for (const words of ['与户口簿不一致', '门牌号不清楚', '照片看不清', '公安局', '原来填的'])
				assert.ok(told.includes(words), `${words}: ${told}`);
			assert.equal(await page.locator('[name=child_name]').count(), 0);
			await page.getByLabel('户主姓名').fill('王守仁');
			await page.locator('[name="hukou_address.division"]').fill('330106 杭州市西湖区');
			await page.locator('[name="paper.household_book"]').setInputFiles({ name: 'book.pdf', mimeType: 'application/pdf', buffer: paper.pdf() });
			await submit(page, '交上去');
			await looked(page, way, 'correction-place');
			assert.match(await page.locator('[role=alert]').innerText(), /县\(区\)/);
			assert.equal(await page.getByLabel('户主姓名').inputValue(), '王守仁');
			assert.match(await page.locator('main').innerText(), /已上传/);
			await page.locator('[name="hukou_address.division"]').fill('330111001001');
			await page.locator('[name="hukou_address.text"]').fill('富春街道桂花路1号102室');
			await page.locator('[name=mother_ethnic]').selectOption('02');
			await submit(page, '交上去');
			await looked(page, way, 'correction-further');
			assert.equal(await page.locator('[name=ethnic_choice_signed]').count(), 1);
			await page.locator('[name=mother_ethnic]').selectOption('01');
			await submit(page, '交上去');
			assert.equal(page.url(), `${origin}/applications/${number}`);
			await w.watch('anna', number, 'it went again', (a) => item(a, 'hukou_birth').round === 2);
			const { json: sent } = await until('the department has it', () => w.gate.find(number, 'hukou_birth', 2));
			assert.deepEqual([sent.data.householder_name, sent.data.hukou_address.text, sent.data.mother_ethnic],
				['王守仁', '富春街道桂花路1号102室', '01']);
			assert.ok(sent.materials.find((m) => m.id === 'household_book').file.id);
			await page.goto(`${origin}/applications/${number}/correction`);
			assert.match(await page.locator('main').innerText(), /没有要您改正/);
			await context.close();
		});

	for (const way of journeys)
		await test(`a grade and a complaint, ${way.name}: given, refused in words, answered by the clerk, seen, given once more`, async () => {
			const { number } = await w.accepted('anna', birth()), { context, page } = await inside('anna', way);
			const follow = (name) => Promise.all([page.waitForNavigation(), page.locator('#vaccination_record').getByRole('link', { name }).click()]);
			await w.watch('anna', number, 'it has ended', (a) => item(a, 'vaccination_record').status === 'approved');
			await page.goto(`${origin}/applications/${number}`);
			await looked(page, way, 'progress-rate');
			await follow('评价这一项');
			await looked(page, way, 'rating');
			await page.getByLabel('不满意', { exact: true }).check();
			await page.getByLabel('还想说什么').fill('跑了两趟');
			await submit(page, '交上去');
			assert.ok(page.url().startsWith(`${origin}/applications/${number}`));
			assert.match(await page.locator('#vaccination_record').innerText(), /最晚.*答复/);
			await follow('找茬：这一项哪里不对');
			await page.getByLabel('太慢').check();
			await page.getByLabel('发生了什么').fill('说好当场，等了三天');
			await submit(page, '交上去');
			assert.equal(page.url(), `${origin}/applications/${number}/complaints`);
			await page.getByLabel('哪一项').selectOption('vaccination_record');
			await page.getByLabel('别的').check();
			await page.getByLabel('发生了什么').fill('再说一次');
			await submit(page, '交上去');
			await looked(page, way, 'complaint-again');
			assert.match(await page.locator('[role=alert]').innerText(), /已经有一件投诉/);
			assert.equal(await page.getByLabel('发生了什么').inputValue(), '再说一次');

			const name = `cdc-${way.name}`; /* a code of the second factor counts once: a clerk each */
			await w.account(name, 'clerk', { department: 'cdc', divisions: ['330111'] });
			const clerk = await inside(name, way, await w.password(name, password, true));
			await clerk.page.goto(`${origin}/complaints`);
			await looked(clerk.page, way, 'complaints-open');
			assert.ok(!(await clerk.page.locator('main').innerText()).includes('李秀兰'), 'nobody is told who wrote');
			for (let left = await clerk.page.locator('main .rows > li').count(); left > 0; left--) {
				const one = clerk.page.locator('main .rows > li').first();
				await one.locator('summary').click();
				await one.getByLabel('已经说明').check();
				await one.getByLabel('写给申请人的话').fill('系统那天停了，已经向您说明');
				await Promise.all([clerk.page.waitForNavigation(), one.getByRole('button', { name: '交给申请人' }).click()]);
			}
			await looked(clerk.page, way, 'complaints-none');
			await clerk.context.close();

			await page.goto(`${origin}/applications/${number}`);
			await looked(page, way, 'progress-answered');
			assert.match(await page.locator('#vaccination_record').innerText(), /系统那天停了/);
			await follow('差评有了答复，再评一次');
			await page.getByLabel('基本满意').check();
			await submit(page, '交上去');
			assert.equal(await page.locator('#vaccination_record').getByRole('link', { name: '评一次' }).count(), 0);
			await context.close();
		});

	await test('a no: what comes of it is said before; the applicant sees it; his own visit leads to his application', async () => {
		const way = ways[0], { number, he, she } = await couple();
		const hers = await inside(she, way), his = await inside(he, way);
		await hers.page.goto(`${origin}/applications/${number}/consents/partner_willing`);
		await hers.page.getByText('我不同意，会怎样？').click();
		await looked(hers.page, way, 'consent-no');
		await submit(hers.page, '我不同意');
		assert.match(await hers.page.locator('main').innerText(), /没有同意/);
		await looked(hers.page, way, 'consent-declined');
		await w.watch(he, number, 'it is refused', (a) => item(a, 'marriage_registration').status === 'refused');
		await his.page.goto(`${origin}/applications/${number}/consents/partner_willing`);
		assert.equal(his.page.url(), `${origin}/applications/${number}`);
		assert.match(await his.page.locator('main').innerText(), /没有同意/);
		for (const { context } of [hers, his])
			await context.close();
	});

	await test('two windows: the second is told in words that it is settled, and a stranger finds nothing', async () => {
		const way = ways[0], { number, she } = await couple(), { context, page } = await inside(she, way);
		const target = `${origin}/applications/${number}/consents/partner_willing`, other = await context.newPage();
		await page.goto(target);
		await other.goto(target);
		await submit(page, '我同意');
		await submit(other, '我同意');
		assert.match(await other.locator('[role=alert]').innerText(), /已经有了结果/);
		await looked(other, way, 'consent-twice');
		await context.close();
		const stranger = await inside('anna', way);
		assert.equal((await stranger.page.goto(target)).status(), 404);
		await stranger.context.close();
	});

	await browser.close();
	await w.stop();
});
