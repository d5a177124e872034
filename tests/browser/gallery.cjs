/* gallery.cjs [--all] [NAME…]: every page of people inside, with cases in every state and names as long as they
 * come. In English on the phone and in Chinese at the desk, each in both sizes of type; with --all in both languages
 * in both widths. What strangers see and the forms: pages.cjs; what people do: the journeys.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, scratch, sources, suite, until, World } = require('../api/harness.cjs');
const { Cases, record } = require('./cases.cjs');
const { axe_tags, bringAxe, missing, launch, look, person, printSizes } = require('./browser.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'not his password';
const most = 40 * 1024; /* bytes of a page with everything, nothing kept from before */
const all = process.argv.includes('--all'), names = process.argv.slice(2).filter((word) => word !== '--all');
const ways = [{ name: '360-en', width: 360, lang: 'en' }, { name: '1280', width: 1280 },
	...(all ? [{ name: '360', width: 360 }, { name: '1280-en', width: 1280, lang: 'en' }] : [])];

/* The scripts, with names of departments as long as they come, and a page that cannot be made. */
function longScripts() {
	const folder = path.join(scratch, 'scripts'), texts = path.join(folder, 'pages', 'texts.lua');
	fs.cpSync(path.join(sources, 'scripts'), folder, { recursive: true });
	fs.writeFileSync(texts, fs.readFileSync(texts, 'utf8').replace(/(\["department\.(cdc|public_security|medical_insurance)"\] = )\{.*\}/g,
		'$1{ zh = "克孜勒苏柯尔克孜自治州阿合奇县疾病预防控制和卫生健康综合行政服务管理中心总办公室", '
		+ 'en = "Office for Disease Control and Prevention of the Prefecture" }'));
	fs.writeFileSync(path.join(folder, 'pages', 'print.lua'), 'return function() error "broken on purpose" end\n');
	return folder;
}

/* Who looks at what. Plain: next to nothing on it, looked at in one way. */
function pages(cases) {
	const { numbers } = cases, at = (state, rest = '') => `/applications/${numbers[state]}${rest}`;
	const list = {
		anna: { home: '/', mine: '/applications', mandates: '/mandates', accesses: '/accesses',
			...Object.fromEntries(['finished', 'acknowledged', 'silent', 'waiting', 'refused', 'attention', 'withdrawn', 'by_agent']
				.map((state) => [`progress-${state}`, at(state)])),
			receipt: at('acknowledged', '/receipt'), disclosures: at('finished', '/disclosures'),
			correction: at('waiting', '/correction'), withdrawal: at('acknowledged', '/withdrawal'),
			'withdrawal-over': at('withdrawn', '/withdrawal'), rating: at('finished', `/items/${record}/rating`),
			complaints: at('finished', '/complaints') },
		new: { home: '/', mine: '/applications', mandates: '/mandates', check: '/apply/birth/check', 'refused-desk': '/desk' },
		she: { home: '/', mine: '/applications', consent: at('consent', '/consents/partner_willing') },
		agent: { home: '/', mine: '/applications', roster: '/mandates', for: '/apply/birth', progress: at('by_agent') },
		new_agent: { home: '/', mine: '/applications', roster: '/mandates', for: '/apply/birth' },
		clerk: { home: '/', desk: '/desk', attention: '/desk/attention', inquiries: '/desk/inquiries', conferences: '/desk/conferences',
			conference: `/desk/conferences/${cases.conference}`, item: `/desk/${numbers.acknowledged}/${record}`,
			batch: `/desk/batch?pick=${numbers.attention}/${record}&pick=${numbers.waiting}/${record}`, complaints: '/complaints',
			mine: '/applications', purpose: `/desk/${numbers.refused}/${record}` },
		police: { home: '/', desk: '/desk', attention: '/desk/attention', inquiries: '/desk/inquiries',
			item: `/desk/${numbers.attention}/hukou_birth` },
		new_clerk: { home: '/', desk: '/desk', attention: '/desk/attention', inquiries: '/desk/inquiries', conferences: '/desk/conferences',
			complaints: '/complaints', mine: '/applications' },
		supervisor: { home: '/', supervision: '/supervision', overdue: '/supervision/overdue', conferences: '/supervision/conferences',
			complaints: '/complaints', readers: '/readers' },
		policy: { home: '/', versions: '/versions' },
		operator: { home: '/', versions: '/versions' },
	};
	return Object.entries(list).flatMap(([who, own]) => Object.entries(own).map(([name, path]) =>
		({ name: `${who}-${name}`, path, enter: cases.enter(who), status: name.startsWith('refused') ? 403 : 200,
			plain: /^(new|operator|policy)/.test(who) })));
}

suite(async (test) => {
	const w = await World.start({ settings: { 'department.cdc.style': 'desk', scripts_dir: longScripts() }, own: (world) =>
		fs.rmSync(path.join(world.events, 'school_entry.lua')) });
	const origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	const cases = await new Cases(w).make(), sizes = new Map();
	w.sql(`INSERT INTO overdue (division, application, item, department, since) SELECT division, id, 5, 'public_security',
		now() - interval '9 days' FROM application WHERE number = '${cases.numbers.silent}'`);
	w.sql("INSERT INTO bulk_reading SELECT id, now(), 312 FROM account WHERE name IN ('clerk', 'agent')");
	w.sql(`UPDATE progress p SET finished_at = p.finished_at - interval '40 days' FROM application a
		WHERE a.division = p.division AND a.id = p.id AND a.number = '${cases.numbers.refused}'`);

	for (const what of pages(cases).filter((p) => !names.length || names.some((n) => p.name.startsWith(n))))
		for (const way of all || !what.plain ? ways : ways.slice(0, 1))
			await test(`${what.name} ${way.name}`, async () => {
				const seen = await look(browser, origin, what, way);
				sizes.set(what.name, sizes.get(what.name) || seen.bytes);
				assert.deepEqual(seen.wrong, []);
				assert.ok(Object.values(seen.bytes).reduce((a, b) => a + b, 0) < most, JSON.stringify(seen.bytes));
			});

	await test('what waits for the applicant is not said to wait for the clerk', async () => {
		const seen = await look(browser, origin, pages(cases).find((p) => p.name === 'clerk-mine'), ways[1]);
		assert.match(seen.text, /等申请人补充/);
		assert.doesNotMatch(seen.text, /等您/);
	});

	await test('a clerk reads words where the form has codes', async () => {
		const item = pages(cases).find((p) => p.name === 'police-item'), seen = await look(browser, origin, item, ways[1]);
		assert.match(seen.text, /母亲民族 汉族/);
		assert.match(seen.text, /出生地区划 杭州市富阳区/);
	});

	await test('in large type the receipt is printed in large type', async () => {
		const context = await person(browser, origin, ways[1]), page = await context.newPage();
		await cases.enter('anna')(context, origin);
		await page.emulateMedia({ media: 'print' });
		const sizes = [];
		for (const big of [0, 1]) {
			await page.goto(`${origin}/applications/${cases.numbers.acknowledged}/receipt?big=${big}`);
			sizes.push(await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('dd')).fontSize)));
		}
		assert.ok(sizes[1] >= sizes[0] * 24 / 18, `${sizes}`);
		await context.close();
	});

	await test('the rules of axe that tests/points names are run', async () => {
		const page = await browser.newPage();
		await bringAxe(page);
		const run = new Set(await page.evaluate((tags) => window.axe.getRules(tags).map((r) => r.ruleId), [...axe_tags, 'wcag2aaa']));
		const named = [...fs.readFileSync(path.join(__dirname, '..', 'points'), 'utf8').matchAll(/\taxe (\S+)$/gm)].map((m) => m[1]);
		assert.ok(named.length > 5);
		assert.deepEqual(named.filter((rule) => !run.has(rule)), []);
		await page.close();
	});

	/* What is refused, by its status: who disturbs others comes last. */
	const refusals = [{ status: 404, path: '/nowhere' }, { status: 405, path: '/mandates/give' },
		{ status: 413, path: '/logout', post: 'x'.repeat(9000), type: 'application/x-www-form-urlencoded' },
		{ status: 500, path: '/events/birth/print' },
		{ status: 503, path: '/applications', enter: cases.enter('anna'), before: () => w.sql('REVOKE SELECT ON application FROM yijianshi'),
			after: () => w.sql('GRANT SELECT ON application TO yijianshi') },
		{ status: 429, path: '/api/v1/session', type: 'application/json', post: JSON.stringify({ name: 'nobody', password }),
			before: () => until('he has tried too often', async () =>
				(await w.http('POST', '/api/v1/session', { json: { name: 'nobody', password } })).status === 429) }];

	for (const what of refusals.filter((one) => !names.length || names.includes(`${one.status}`)))
		for (const way of ways)
			await test(`refused with ${what.status}, ${way.name}: in words`, async () => {
				await what.before?.();
				const seen = await look(browser, origin, { ...what, name: `refused-${what.status}` }, way);
				await what.after?.();
				assert.deepEqual(seen.wrong, []);
				assert.match(seen.text, new RegExp(what.status));
			});

	printSizes(sizes);
	await browser.close();
	await w.stop();
});
