/* pages.cjs: every page of list.cjs in Debian's Chromium: in both widths and sizes of type, in English and
 * without script; axe-core, touch, width, policy, no other host; the size of each; the card on one A4.
 */
'use strict';
const { assert, birth, idNumber, suite, until, World } = require('../api/harness.cjs');
const { missing, launch, ways, person, look, inspect, watch, printSizes } = require('./browser.cjs');
const { pages, people } = require('./list.cjs');

const most = 40 * 1024; /* bytes of a page with everything, nothing kept from before */

const names = process.argv.slice(2); /* only these pages */

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

suite(async (test) => {
	const w = await World.start({ settings: { prefill_seconds: 10 } }), origin = `http://127.0.0.1:${w.port}`;
	const browser = await launch(), sizes = new Map();

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.password('anna', people.anna);
	w.tokens.anna = (await w.run('account', 'token', 'anna')).stdout.trim();
	await w.finished('anna', (await w.accepted('anna', birth())).number); /* so that there is something to count */

	for (const what of pages.filter((p) => !names.length || names.includes(p.name))) {
		const texts = {};
		for (const way of ways)
			await test(`${what.name} ${way.name}`, async () => {
				const seen = await look(browser, origin, what, way);
				texts[way.name] = seen.text;
				if (way.name === '360')
					sizes.set(what.name, seen.bytes);
				assert.deepEqual(seen.wrong, []);
				const sum = Object.values(seen.bytes).reduce((a, b) => a + b, 0);
				assert.ok(sum < most, `${sum} bytes`);
			});
		await test(`${what.name} says the same without script`, () => {
			const plain = (t) => t.replace(/^打印 /, '').replace(/ 上传(?= )/g, ''); /* buttons for or without a script */
			assert.ok(texts['360'].length > 30);
			assert.equal(plain(texts['360-noscript']), plain(texts['360']));
		});
	}

	/* 300 ms and 50 kB a second, a processor six times slower, nothing kept from before. The time is printed:
	 * a verdict of it would be one of the machine. */
	await test('the form of birth on a slow phone: under 30 kB with everything, at most five requests', async () => {
		const form = pages.find((p) => p.name === 'form-birth'), context = await person(browser, origin, { width: 360 });
		await form.enter(context, origin);
		const page = await context.newPage(), seen = watch(page, origin), slow = await context.newCDPSession(page);
		await slow.send('Network.enable');
		await slow.send('Network.emulateNetworkConditions', { offline: false, latency: 300, downloadThroughput: 50e3, uploadThroughput: 50e3 });
		await slow.send('Emulation.setCPUThrottlingRate', { rate: 6 });
		await page.goto(origin + form.path);
		await until('all has come', () => seen.open.size === 0);
		const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
		assert.ok(Object.values(seen.bytes).reduce((a, b) => a + b, 0) < 30 * 1024, JSON.stringify(seen.bytes));
		assert.ok(seen.requests <= 5, `${seen.requests} requests`);
		await context.close();
		console.log(`# first paint of the form of birth on a slow phone: ${Math.round(paint)} ms`);
	});

	await test('the card of every event is one A4 sheet, in both languages', async () => {
		const events = (await w.http('GET', '/api/v1/events')).json.events;
		for (const lang of ['zh', 'en']) {
			const context = await person(browser, origin, { width: 1280, lang });
			const page = await context.newPage();
			for (const event of events) {
				await page.goto(`${origin}/events/${event.id}/print`);
				const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false });
				const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g).length;
				assert.equal(sheets, 1, `${event.id} in ${lang}: ${sheets} sheets`);
			}
			await context.close();
		}
	});

	await test('logging in by keyboard: wrong first, told and led to, then where one wanted to go; and out again', async () => {
		for (const way of ways.filter((one) => !one.lang)) {
			const context = await person(browser, origin, way), page = await context.newPage();
			const type = async (password) => {
				await page.locator('#password').focus();
				await page.keyboard.type(password);
				await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
			};
			await page.goto(`${origin}/login?next=/statistics`);
			await page.locator('#name').fill('anna');
			await type('not the one at all');
			assert.deepEqual(await inspect(page, way, 'login-wrong'), []);
			assert.equal(await page.locator('#name').inputValue(), 'anna');
			assert.equal(await page.locator('#password').inputValue(), '');
			if (way.script !== false)
				assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert');
			await type(people.anna);
			assert.equal(page.url(), `${origin}/statistics`);
			await page.goto(`${origin}/logout`);
			await page.locator('main button').click();
			await page.waitForURL(`${origin}/`);
			assert.deepEqual((await context.cookies()).filter((c) => c.name === 'yjs'), []);
			await context.close();
		}
	});

	await test('by keyboard: the first stop is the way past the navigation', async () => {
		const context = await person(browser, origin, { width: 360 });
		const page = await context.newPage();
		await page.goto(`${origin}/`);
		await page.keyboard.press('Tab');
		const box = await page.locator('.skip').boundingBox();
		assert.ok(box.x >= 0 && box.height >= 40, 'it shows when it has the focus');
		await page.keyboard.press('Enter');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
		for (let i = 0; i < 4; i++)
			await page.keyboard.press('Tab');
		await page.keyboard.press('Shift+Tab');
		const outline = await page.evaluate(() => parseFloat(getComputedStyle(document.activeElement).outlineWidth));
		assert.ok(outline >= 2, 'the focus is seen');
		await context.close();
	});

	await test('large type and language: a link each, kept on the next page', async () => {
		const context = await person(browser, origin, { width: 360 });
		const page = await context.newPage();
		await page.goto(`${origin}/events/birth`);
		await page.getByRole('link', { name: '大字版' }).click();
		assert.equal(await page.locator('html').getAttribute('class'), 'big');
		await page.getByRole('link', { name: 'English' }).click();
		await page.goto(`${origin}/statistics`);
		assert.equal(await page.locator('html').getAttribute('class'), 'big');
		assert.equal(await page.locator('html').getAttribute('lang'), 'en');
		await page.getByRole('link', { name: 'Standard type' }).click();
		assert.equal(await page.locator('html').getAttribute('class'), null);
		await context.close();
	});

	printSizes(sizes);
	await browser.close();
	await w.stop();
});
