/* journey_clerk.cjs: a clerk of a department without an interface, from an empty browser: login with the
 * second factor, the queue, approve, send back, refuse, several together, ask another department, what a person
 * must look at, a conference. On the phone and at the desk, in large type, and without script; and by keyboard.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, idNumber, oneTimeCode, suite, until, World } = require('../api/harness.cjs');
const { missing, launch, ways, person, inspect } = require('./browser.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery', record = 'vaccination_record';
const item = (a, id) => a.items.find((i) => i.id === id);

suite(async (test) => {
	const w = await World.start({ own: (world) => fs.rmSync(path.join(world.events, 'school_entry.lua')),
		settings: { 'department.cdc.style': 'desk' } });
	const origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	const journeys = ways.filter((way) => !way.lang);

	/* A clerk of his own for each login: a code counts once. */
	const factors = {};
	await w.account('anna', 'citizen', { id: idNumber(1) });
	async function clerk(name, department) {
		await w.account(name, 'clerk', { department, divisions: ['330111'] });
		factors[name] = await w.password(name, password, true);
		w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
	}

	async function filed(changes) {
		const { number } = await w.accepted('anna', birth(changes));
		await w.watch('anna', number, 'it lies in the queue', (a) => item(a, record).status === 'acknowledged');
		return number;
	}
	const state = async (number) => item(await w.show('anna', number), record).status;
	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, name), []);
	const submit = (scope, name) => Promise.all([scope.page().waitForNavigation(), scope.getByRole('button', { name, exact: true }).click()]);
	/* One of the ways to decide: opened, then its form. */
	async function way_of(page, title) {
		const box = page.locator('details.way', { has: page.locator('summary', { hasText: new RegExp(`^${title}$`) }) });
		if (!await box.evaluate((e) => e.open))
			await box.locator('summary').click();
		return box;
	}

	async function come(name, way, target) {
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

	for (const way of journeys) {

		await test(`${way.name}: the day of a clerk`, async () => {
			const name = `day-${way.name}`;
			await clerk(name, 'cdc');
			const [first, second, third, fourth, fifth] = [await filed(), await filed({ mother_phone: '13800000001' }), await filed(), await filed(),
				await filed()];
			const { context, page } = await come(name, way, '/desk');
			for (const list of ['attention', 'inquiries', 'conferences', 'batch']) {
				await page.goto(`${origin}/desk/${list}`);
				await looked(page, way, `desk-${list}-first`);
			}
			await page.goto(`${origin}/desk`);
			await looked(page, way, 'desk');
			const open = (number) => page.goto(`${origin}/desk/${number}/${record}`);

			/* approved: first with something missing, which is told and kept */
			await Promise.all([page.waitForNavigation(), page.locator('li.task', { hasText: first }).getByRole('link').click()]);
			await looked(page, way, 'desk-item');
			let box = await way_of(page, '办成了');
			await box.locator('#receipt').fill('接种-001');
			await submit(box, '确认办成');
			assert.equal(await page.getByRole('alert').count(), 1);
			await looked(page, way, 'desk-item-wrong');
			box = await way_of(page, '办成了');
			assert.equal(await box.locator('#receipt').inputValue(), '接种-001');
			await box.getByLabel('vaccination_no').or(box.locator('[name="output:text:vaccination_no"]')).first().fill('V001');
			await box.locator('#copied').fill('全国免疫规划系统');
			await submit(box, '确认办成');
			assert.equal(page.url(), `${origin}/desk`);
			assert.equal(await state(first), 'approved');

			await open(second); /* sent back by marking a field */
			box = await way_of(page, '退回补正');
			await box.locator('[name="mark:mother_phone"]').fill('电话打不通');
			await submit(box, '退回申请人补正');
			assert.equal(await state(second), 'correction');

			await open(third); /* refused */
			box = await way_of(page, '不予办理');
			await box.locator('#refused-receipt').fill('接种-003');
			await box.locator('#reason').fill('已在外地建证');
			await submit(box, '确认不予办理');
			assert.equal(await state(third), 'refused');

			await page.goto(`${origin}/desk`); /* two together */
			for (const number of [fourth, fifth])
				await page.locator('li.task', { hasText: number }).getByRole('checkbox').check();
			await submit(page.locator('main'), '把选中的一起办');
			await looked(page, way, 'desk-batch');
			for (const i of [0, 1]) {
				await page.locator(`[name="receipt@${i}"]`).fill(`接种-1${i}`);
				await page.locator(`[name="output:text:vaccination_no@${i}"]`).fill(`V1${i}`);
			}
			await submit(page.locator('main'), '2 件都办成');
			await looked(page, way, 'desk-batch-done');
			assert.deepEqual([await state(fourth), await state(fifth)], ['approved', 'approved']);
			await context.close();
		});

		await test(`${way.name}: another department asked, a conference called, and their clerk's answer`, async () => {
			const number = await filed(), name = `asks-${way.name}`, police = `police-${way.name}`;
			await clerk(name, 'cdc');
			await clerk(police, 'public_security');
			const mine = await come(name, way, `/desk/${number}/${record}`), page = mine.page;
			let box = await way_of(page, '问另一个部门');
			await box.locator('#department').selectOption('public_security');
			await box.locator('#question').fill('孩子落在哪一户?');
			await submit(box, '发出询问');
			await page.reload();
			await looked(page, way, 'desk-item-asked');
			box = await way_of(page, '发起会商');
			await box.getByLabel('公安').first().check();
			await box.locator('#date').fill(new Date(Date.now() + 8 * 3600e3 + 86400e3).toISOString().slice(0, 10));
			await box.locator('#matter').fill('出生证没有寄到,能不能先建证?');
			await submit(box, '发起会商');
			await looked(page, way, 'desk-conferences');

			const theirs = await come(police, way, '/desk/inquiries');
			await looked(theirs.page, way, 'desk-inquiries');
			const asked = theirs.page.locator('main li', { hasText: number });
			await asked.locator('textarea').fill('落在父亲户下');
			await submit(asked, '答复');
			await theirs.page.goto(`${origin}/desk/conferences`);
			await Promise.all([theirs.page.waitForNavigation(), theirs.page.locator('main li', { hasText: number }).getByRole('link').click()]);
			await theirs.context.close();

			await page.goto(`${origin}/desk/${number}/${record}`);
			assert.match(await page.locator('main').innerText(), /落在父亲户下/);
			await page.goto(`${origin}/desk/conferences`);
			await Promise.all([page.waitForNavigation(), page.locator('main li', { hasText: number }).getByRole('link').click()]);
			await looked(page, way, 'desk-conference');
			await page.locator('#minutes').fill('两个部门到会');
			await page.locator('#decision').fill('先建证,后补出生证编号');
			await submit(page.locator('main'), '记下,不再改'.replace(',', '，'));
			await looked(page, way, 'desk-conference-held');
			await mine.context.close();
		});

		await test(`${way.name}: withdrawn meanwhile: the undo is refused, waits for a person, and is settled`, async () => {
			const number = await filed(), name = `undo-${way.name}`;
			await clerk(name, 'cdc');
			const answer = await w.http('POST', `/api/v1/applications/${number}/withdrawal`, { who: 'anna', json: {}, key: number });
			assert.equal(answer.status, 200, answer.text);
			const lies = async () => (await w.http('GET', '/api/v1/desk?limit=200', { who: name })).json.items.find((i) => i.number === number);
			await until('the undo lies there', async () => (await lies())?.task === 'undo');
			const refused = await w.http('POST', `/api/v1/desk/${number}/${record}/decision`, { who: name, key: `${number}u`,
				json: { state: 'rejected', reason: '疫苗已经接种,不能撤销' } });
			assert.equal(refused.status, 200, refused.text);
			const { context, page } = await come(name, way, '/desk/attention');
			await looked(page, way, 'desk-attention');
			await Promise.all([page.waitForNavigation(), page.locator('main li', { hasText: number }).getByRole('link', { name: '去看' }).click()]);
			await looked(page, way, 'desk-item-attention');
			await page.locator('#close-reason').fill('已电话告诉申请人');
			await submit(page.locator('main'), '处理完毕');
			assert.doesNotMatch(await page.locator('main').innerText(), new RegExp(number));
			await context.close();
		});
	}

	await browser.close();
	await w.stop();
});
