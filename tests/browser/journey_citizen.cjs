/* journey_citizen.cjs: from an empty browser to the receipt: guide, login, the one page, papers, check,
 * submit. On the phone and at the desk, in large type, without script, and with the keyboard alone.
 */
'use strict';
const { assert, childName, demoForm, idNumber, suite, World } = require('../api/harness.cjs');
const { missing, launch, ways, person, watch, inspect } = require('./browser.cjs');
const { fill } = require('./fill.cjs');
const paper = require('../papers.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery';
const number_in = (url) => /applications\/([0-9]{10}-[0-9A-Z]{26})\/receipt/.exec(url)[1];

suite(async (test) => {
	const w = await World.start({ settings: { prefill_seconds: 10 } }), origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	let people = 0;

	/* Each files for himself, so that nobody finds another's draft. */
	async function citizen(woman = true) {
		const n = ++people, name = `person${n}`, id = idNumber(n, woman, woman ? '19950312' : '19930708');
		await w.account(name, 'citizen', { id, full: woman ? '李秀兰' : '王建国' });
		await w.password(name, password);
		w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
		return { name, id };
	}

	async function inside(name, way = {}) {
		const context = await person(browser, origin, way);
		assert.equal((await context.request.post(`${origin}/api/v1/session`, { data: { name, password } })).status(), 200);
		return { context, page: await context.newPage() };
	}

	const go = (page, act) => Promise.all([page.waitForNavigation(), act()]);
	const button = (page, name) => page.getByRole('button', { name, exact: true });
	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, `citizen-${name}`), []);
	const rest = ({ applicant_name, applicant_id_no, applied_by_agent, ...form }) => form;

	/* What one types, as it should arrive. */
	const lives = {
		/* the father has not authorised: his card is photographed. What records say of a mother that they make up
		 * may ask for the child's order */
		birth: async () => {
			const who = await citizen();
			return { who, title: '孩子出生了', paper: 'father_id_photo', form: { ...rest(demoForm('birth').form), mother_id_no: who.id,
				child_name: childName(), child_order: '1', father_authorised: false } };
		},
		/* two heirs: the second row is asked for */
		after_death: async () => {
			const who = await citizen(false), form = rest(demoForm('after_death').form), [heir] = form.heirs;
			const heirs = [{ ...heir, id_no: who.id, share: 60 }, { ...heir, name: '王小明', id_no: idNumber(people, false, '19990708'), share: 40 }];
			return { who, title: '亲人去世了', rows: 'heirs', form: { ...form, heirs, payee_id_no: who.id,
				deceased_id_no: idNumber(people, false, '19550512') } };
		},
	};

	async function come(page, life) {
		await page.goto(origin);
		await go(page, () => page.getByRole('link', { name: life.title }).click());
		await go(page, () => page.getByRole('link', { name: '开始办理' }).click());
		assert.match(page.url(), /\/login\?next=/);
		await page.locator('#name').fill(life.who.name);
		await page.locator('#password').fill(password);
		await go(page, () => button(page, '登录').click());
	}

	async function upload(page, life, way) {
		const input = page.locator(`[name="paper.${life.paper}"]`);
		await input.setInputFiles({ name: 'card.jpg', mimeType: 'image/jpeg', buffer: paper.jpg() });
		if (way.script === false)
			await go(page, () => page.locator(`[data-upload="${life.paper}"]`).click());
		await page.locator(`[id="paper.${life.paper}"] .had`).waitFor();
	}

	const journeys = [...ways.filter((one) => !one.lang), { name: '360-keyboard', width: 360, keyboard: true }];
	const [only_event, only_way] = process.argv.slice(2); /* for who writes a page */

	/* By the keyboard, where there is nothing else. */
	async function send(page, way) {
		if (!way.keyboard)
			return button(page, '确认无误，提交').click();
		await button(page, '确认无误，提交').focus();
		return page.keyboard.press('Enter');
	}

	for (const event of Object.keys(lives).filter((one) => !only_event || one === only_event))
		for (const way of journeys.filter((one) => !only_way || one.name === only_way))
			await test(`${event}, ${way.name}: from an empty browser to the receipt; pressed twice it is one`, async () => {
				const life = await lives[event](), context = await person(browser, origin, way), page = await context.newPage();
				const seen = watch(page, origin);
				await come(page, life);
				assert.equal(page.url(), `${origin}/apply/${event}`);
				if (life.rows)
					await go(page, () => page.locator(`button[value="add:${life.rows}"]`).click());
				await fill(page, context, origin, event, life.form, way);
				if (life.paper)
					await upload(page, life, way);
				await looked(page, way, `${event}-filled`);
				await go(page, () => button(page, '下一步：核对').click());
				assert.equal(page.url(), `${origin}/apply/${event}/check`);
				await looked(page, way, `${event}-check`);
				const other = await context.newPage();
				await other.goto(page.url());
				await go(page, () => send(page, way));
				const number = number_in(page.url());
				await go(other, () => send(other, way));
				assert.equal(number_in(other.url()), number, 'the second press shows the same receipt');
				await other.goBack();
				assert.match(await other.locator('main').innerText(), /已经提交或删除/);
				const list = await w.http('GET', '/api/v1/applications', { who: life.who.name });
				assert.deepEqual(list.json.applications.map((a) => a.number), [number]);
				assert.equal((await w.http('GET', '/api/v1/drafts', { who: life.who.name })).json.drafts.length, 0);
				if (life.paper)
					assert.equal((await w.show(life.who.name, number)).materials.find((m) => m.id === life.paper).how, 'uploaded');
				assert.deepEqual(seen.problems, []);
				await context.close();
			});

	await browser.close();
	await w.stop();
});
