/* journey_policy.cjs: policy staff, from an empty browser: login with the second factor, what somebody's edit of
 * an event's file changes, in sentences; one approves, another one approves, and it is in force. On the phone and
 * at the desk, in large type, and without script.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, oneTimeCode, suite, until, World } = require('../api/harness.cjs');
const { missing, launch, ways, person, inspect } = require('./browser.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery';

suite(async (test) => {
	const w = await World.start({ own: true });
	const origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	const file = path.join(w.events, 'birth.lua'), written = fs.readFileSync(file, 'utf8');
	const connector = path.join(w.connectors, 'tax.lua'), declared = fs.readFileSync(connector, 'utf8');
	await w.account('watcher', 'operator');
	await w.node.stop();
	w.writeConfig({ four_eyes: 'yes' });
	await w.startNode();

	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, name), []);
	const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name }).click()]);

	/* Somebody has edited the file, and the node has read it. */
	async function edit(title, timeout = '10s') {
		fs.writeFileSync(connector, declared.replace('timeout = "10s"', `timeout = "${timeout}"`));
		fs.writeFileSync(file, written.replace(/^event "birth" \{ "[^"]+"/m, `event "birth" { "${title}"`)
			.replace(/(^item "fertility_registration"[^}]*?)within = "当场"/m, '$1within = "5个工作日"'));
		w.node.process.kill('SIGHUP');
		await until('it is proposed', async () => (await w.http('GET', '/api/v1/versions', { who: 'watcher' })).json.versions
			.some((v) => v.state === 'proposed' && v.title === title));
	}

	/* From the first page to where his work is. A login for each: a code counts once. */
	async function come(name, way) {
		await w.account(name, 'policy');
		const factor = await w.password(name, password, true), context = await person(browser, origin, way), page = await context.newPage();
		await page.goto(`${origin}/login`);
		await page.locator('#name').fill(name);
		await page.locator('#password').fill(password);
		if (!await page.locator('#totp').isVisible())
			await page.locator('summary').first().click();
		await page.locator('#totp').fill(oneTimeCode(factor));
		await Promise.all([page.waitForURL(`${origin}/`), page.keyboard.press('Enter')]);
		await Promise.all([page.waitForNavigation(), page.locator('main').getByRole('link', { name: '事项文件的改动' }).click()]);
		assert.equal(page.url(), `${origin}/versions`);
		return { context, page };
	}

	for (const way of ways.filter((one) => !one.lang))
		await test(`${way.name}: a change is read, approved by two, and in force`, async () => {
			const title = `出生一件事 ${way.name}`;
			const lin = await come(`lin-${way.name}`, way);
			await looked(lin.page, way, 'versions-none');
			await edit(`${title} 草稿`, '90s'); /* and a department's file */
			await lin.page.reload();
			const text = await lin.page.locator('main').innerText();
			assert.ok(text.includes(`名称：由“`) && text.includes(`改为“${title} 草稿”`), text);
			assert.ok(text.includes('最多等多久算没有答复：由“10 秒”改为“90 秒”'), text);
			await looked(lin.page, way, 'versions');

			await edit(title); /* while he reads it: what he presses then is told, and approves nothing */
			await press(lin.page, /我看过了.*出生/);
			assert.equal(await lin.page.getByRole('alert').count(), 1);
			assert.match(await lin.page.getByRole('alert').innerText(), /又改过/);
			await looked(lin.page, way, 'versions-edited');
			assert.match(await lin.page.locator('main').innerText(), /还差 2 人批准/);

			await press(lin.page, /我看过了/);
			assert.equal(lin.page.url(), `${origin}/versions`);
			assert.match(await lin.page.locator('main').innerText(), /还差 1 人批准[^]*您已经批准/);
			assert.equal(await lin.page.getByRole('button', { name: /我看过了/ }).count(), 0);
			await looked(lin.page, way, 'versions-one');

			const wang = await come(`wang-${way.name}`, way);
			await press(wang.page, /我看过了/);
			await until('it is in force', async () => {
				await wang.page.reload();
				return /没有等着批准的改动/.test(await wang.page.locator('main').innerText());
			});
			await looked(wang.page, way, 'versions-in-force');
			assert.ok((await wang.page.locator('.rows').innerText()).includes(title));
			assert.equal((await w.http('GET', '/api/v1/events/birth')).json.title, title);
			for (const { context } of [lin, wang])
				await context.close();
		});

	await browser.close();
	await w.stop();
});
