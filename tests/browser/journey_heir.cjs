/* journey_heir.cjs: heirs in a browser, each from an empty one: he comes in, finds that he is asked, reads what
 * for and until when, and agrees; or declines, having read what comes of it, and nobody else is asked any more.
 * Who files sees who has still to answer. On the phone, at the desk, and without script.
 */
'use strict';
const { assert, demoForm, idNumber, suite, World } = require('../api/harness.cjs');
const { missing, launch, ways, person, inspect } = require('./browser.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery';
const item = (a, id) => a.items.find((i) => i.id === id);
const paid = 'medins_account_withdrawal', title = '医保个人账户一次性支取';

suite(async (test) => {
	const w = await World.start(), origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	const form = demoForm('after_death').form;
	let families = 0;

	/* Brothers; the eldest files. */
	async function family() {
		const n = ++families, names = ['王建国', '王建军', '王建民'], who = names.map((_, i) => `heir${n}-${i + 1}`);
		const ids = names.map((_, i) => idNumber(100 + n * 10 + i, false, '19850312'));
		for (const [i, name] of who.entries()) {
			await w.account(name, 'citizen', { id: ids[i], full: names[i] });
			await w.password(name, password);
			w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
		}
		const heirs = names.map((name, i) => ({ ...form.heirs[0], name, id_no: ids[i], share: i ? 30 : 40 }));
		const { number } = await w.accepted(who[0], { event: 'after_death', form: { ...form, applicant_id_no: ids[0],
			deceased_id_no: idNumber(n, false, '19500512'), heirs, payee_id_no: ids[0] } });
		await w.watch(who[0], number, 'all before it is done', (a) => item(a, 'medins_stop').status === 'approved');
		return { number, who, ids };
	}

	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, `heir-${name}`), []);
	const go = (page, act) => Promise.all([page.waitForNavigation(), act()]);
	const press = (page, name) => go(page, () => page.getByRole('button', { name, exact: true }).click());
	const main = (page) => page.locator('main').innerText();

	/* By the form, to where he wanted to go. */
	async function login(page, name) {
		await page.locator('#name').fill(name);
		await page.locator('#password').fill(password);
		await press(page, '登录');
	}

	/* From the first page to what he is asked. */
	async function come(name, way, row, number) {
		const context = await person(browser, origin, way), page = await context.newPage();
		await page.goto(`${origin}/applications`);
		await login(page, name);
		await go(page, () => page.locator('[aria-labelledby=asked] a').click());
		assert.equal(page.url(), `${origin}/applications/${number}/consents/heir_agrees.${row}`);
		return { context, page };
	}

	for (const way of ways.filter((one) => !one.lang))
		await test(`all agree, ${way.name}: each reads what he is asked; then it goes on`, async () => {
			const { number, who, ids } = await family(), first = await person(browser, origin, way), page = await first.newPage();
			await page.goto(`${origin}/applications/${number}`);
			await login(page, who[0]);
			await looked(page, way, 'progress-asked');
			assert.equal(await page.getByRole('link', { name: '去改正、补交' }).count(), 0, 'nothing to put right');
			for (const id of ids.slice(1))
				assert.ok((await main(page)).includes(`${id.slice(0, 6)}********${id.slice(-4)}`), 'who is asked');
			assert.match(await page.locator(`#${paid}`).innerText(), /继承人本人同意/);
			for (const row of [2, 3]) {
				const heir = await come(who[row - 1], way, row, number), told = await main(heir.page);
				await looked(heir.page, way, 'consent');
				for (const words of ['王建国', '最晚', '同意按申请表上的办法领取', title])
					assert.ok(told.includes(words), `${words}: ${told}`);
				await press(heir.page, '我同意');
				assert.match(await main(heir.page), /您已经同意/);
				await heir.context.close();
			}
			await w.watch(who[0], number, 'it is paid', (a) => item(a, paid).status === 'approved');
			await page.reload();
			await looked(page, way, 'progress-agreed');
			assert.equal((await main(page)).split('对方同意了').length, 3);
			await first.close();
		});

	for (const way of ways.filter((one) => !one.lang))
		await test(`one declines, ${way.name}: he reads before what comes of it; the others are told that it is over`, async () => {
			const { number, who } = await family(), heir = await come(who[2], way, 3, number);
			await heir.page.getByText('我不同意，会怎样？').click();
			await looked(heir.page, way, 'declining');
			assert.match(await main(heir.page), /其余照办/);
			await press(heir.page, '我不同意');
			assert.match(await main(heir.page), /没有同意/);
			await w.watch(who[0], number, 'it is left out', (a) => item(a, paid).status === 'skipped');
			const other = await person(browser, origin, way), page = await other.newPage();
			await page.goto(`${origin}/applications/${number}/consents/heir_agrees.2`);
			await login(page, who[1]);
			await looked(page, way, 'not-needed');
			assert.match(await main(page), /不再需要您的同意/);
			assert.ok(!(await main(page)).includes('等您同意才能办的'));
			assert.equal(await page.getByRole('button', { name: '我同意' }).count(), 0);
			await page.goto(`${origin}/applications/${number}/consents/heir_agrees.3`);
			assert.equal(await page.locator('h1').innerText(), '没有这一页', 'another one\'s');
			for (const context of [heir.context, other])
				await context.close();
		});

	await test('who files sees who declined and that the rest went on', async () => {
		const way = ways[0], { number, who } = await family(), context = await person(browser, origin, way), page = await context.newPage();
		await w.http('POST', `/api/v1/applications/${number}/signatures`, { who: who[1], key: 'no', json: { sign: 'heir_agrees.2', agrees: false } });
		await w.watch(who[0], number, 'the rest is done', (a) => item(a, 'survivor_benefit').status === 'approved' && item(a, paid).status === 'skipped');
		await page.goto(`${origin}/applications/${number}`);
		await login(page, who[0]);
		await looked(page, way, 'progress-declined');
		assert.match(await main(page), /对方没有同意/);
		await context.close();
	});

	await browser.close();
	await w.stop();
});
