/* journey_form.cjs: what goes wrong while one fills in, in a browser: answers that are mended, two devices on
 * one draft, what is known and what is not, papers that are not taken or break off on the way, items that are
 * unticked, the password once more, a paper that is asked for later. On the phone, at the desk, without script,
 * and by the keyboard alone.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, childName, demoForm, idNumber, suite, until, World } = require('../api/harness.cjs');
const { missing, launch, person, watch, inspect } = require('./browser.cjs');
const paper = require('../papers.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery';
const phone = { name: '360', width: 360 }, desk = { name: '1280', width: 1280 };
const plain = { name: '360-noscript', width: 360, script: false };
const item = (a, id) => a.items.find((i) => i.id === id);

suite(async (test) => {
	const w = await World.start({ settings: { prefill_seconds: 10 } }), origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	let people = 200;

	/* A mother with a form that lacks nothing, but for `changes` (undefined: not answered). */
	async function mother(changes = {}, more = {}) {
		const n = ++people, name = `mother${n}`, id = idNumber(n, true, '19950312');
		const { applicant_name, applicant_id_no, applied_by_agent, ...rest } = demoForm('birth').form;
		await w.account(name, 'citizen', { id, full: '李秀兰' });
		await w.password(name, password);
		w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
		const form = JSON.parse(JSON.stringify({ ...rest, mother_id_no: id, child_name: childName(), child_order: '1', ...changes }));
		const kept = await w.http('PUT', '/api/v1/drafts/birth', { who: name, json: { form, ...more } });
		assert.equal(kept.status, 200, kept.text);
		return { name, id, form };
	}

	async function inside(who, way) {
		const context = await person(browser, origin, way), page = await context.newPage();
		assert.equal((await context.request.post(`${origin}/api/v1/session`, { data: { name: who.name, password } })).status(), 200);
		const seen = watch(page, origin);
		await page.goto(`${origin}/apply/birth`);
		return { context, page, seen };
	}

	const go = (page, act) => Promise.all([page.waitForNavigation({ waitUntil: 'load' }), act()]);
	const press = (page, name) => go(page, () => page.getByRole('button', { name, exact: true }).click());
	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, `form-${name}`), []);
	const draft = async (who) => (await w.http('GET', '/api/v1/drafts/birth', { who: who.name })).json;
	const focus = (page) => page.evaluate(() => document.activeElement.id);
	const number_of = (page) => /applications\/([0-9]{10}-[0-9A-Z]{26})\/receipt/.exec(page.url())?.[1];
	const text = (page, at = 'main') => page.locator(at).innerText();

	/* ---- what is wrong is mended ---- */

	const wrong = { child_name: undefined, father_phone: '12', hukou_side: undefined };

	for (const way of [phone, desk, plain])
		await test(`errors, ${way.name}: listed on top with the focus, beside each field, nothing typed is lost, mended one by one`, async () => {
			const who = await mother(wrong), { context, page, seen } = await inside(who, way);
			await page.locator('#householder_name').fill('李大海');
			await press(page, '下一步：核对');
			const list = page.locator('#wrong li a');
			assert.deepEqual(await list.evaluateAll((all) => all.map((a) => a.getAttribute('href'))), ['#father_phone', '#child_name', '#hukou_side']);
			if (way.script !== false)
				assert.equal(await focus(page), 'wrong');
			await looked(page, way, 'errors');
			assert.equal(await page.locator('#father_phone').inputValue(), '12', 'what is wrong stands as it was typed');
			assert.equal(await page.locator('#householder_name').inputValue(), '李大海');
			for (const id of ['father_phone', 'child_name']) {
				assert.equal(await page.locator(`#${id}`).getAttribute('aria-invalid'), 'true', id);
				assert.ok((await page.locator(`#${id}`).getAttribute('aria-describedby')).includes(`${id}-error`));
				assert.ok(await page.locator(`#${id}-error`).isVisible());
			}
			await list.first().click();
			assert.equal(await focus(page), 'father_phone');
			await page.keyboard.press('Control+a');
			await page.keyboard.type('13800000002');
			await page.locator('#child_name').fill(childName());
			await press(page, '下一步：核对');
			assert.deepEqual(await list.evaluateAll((all) => all.map((a) => a.getAttribute('href'))), ['#hukou_side']);
			await page.locator('[name=hukou_side][value=mother]').check();
			await press(page, '下一步：核对');
			assert.equal(page.url(), `${origin}/apply/birth/check`);
			assert.deepEqual((await draft(who)).form.householder_name, '李大海');
			assert.deepEqual(seen.problems, []);
			await context.close();
		});

	await test('a place typed by its name is picked, one that nobody knows is asked for again: codes are for programs', async () => {
		const who = await mother(), { context, page } = await inside(who, plain), told = (id) => text(page, `[data-q="${id}"] .error`);
		await page.locator('[name=native_place_code]').fill('萧山');
		await page.locator('[name="medins_address.division"]').fill('海');
		await press(page, '下一步：核对');
		assert.match(await told('native_place_code'), /“杭州市萧山区”/);
		assert.equal(await page.locator('[name=native_place_code]').inputValue(), '330109 杭州市萧山区');
		assert.match(await told('medins_address'), /没有认出“海”/);
		await page.locator('[name="medins_address.division"]').fill('富阳');
		await press(page, '下一步：核对');
		await press(page, '下一步：核对');
		assert.equal(page.url(), `${origin}/apply/birth/check`);
		const { form } = await draft(who);
		assert.deepEqual([form.native_place_code, form.medins_address.division], ['330109', '330111']);
		assert.match(await text(page), /要交的费用合计 400 元/);
		await context.close();
	});

	await test('errors, by the keyboard alone: from the list to the field, and on to the check', async () => {
		const who = await mother({ father_phone: '12' }), { context, page } = await inside(who, phone);
		await page.getByRole('button', { name: '下一步：核对', exact: true }).focus();
		await go(page, () => page.keyboard.press('Enter'));
		assert.equal(await focus(page), 'wrong');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await until('the field has the focus', async () => await focus(page) === 'father_phone');
		await page.keyboard.press('Control+a');
		await page.keyboard.type('13800000002');
		await go(page, () => page.keyboard.press('Enter')); /* Enter in a field keeps what there is */
		assert.equal((await draft(who)).form.father_phone, '13800000002');
		await page.getByRole('button', { name: '下一步：核对', exact: true }).focus();
		await go(page, () => page.keyboard.press('Enter'));
		assert.equal(page.url(), `${origin}/apply/birth/check`);
		await context.close();
	});

	await test('every question says why it is asked; a list says it once for all its rows', async () => {
		for (const event of ['birth', 'after_death']) {
			const who = await mother(), { context, page } = await inside(who, phone);
			await page.goto(`${origin}/apply/${event}`);
			const silent = await page.locator('#form .field:not(.paper), #form fieldset.field').evaluateAll((all) => all
				.filter((e) => !e.querySelector('details.why') && !e.closest('[aria-labelledby=wishes]')
					&& !e.parentElement.closest('.field.list')?.querySelector(':scope > details.why')).map((e) => e.dataset.q || e.id));
			assert.deepEqual(silent, [], event);
			await context.close();
		}
	});

	/* ---- two devices ---- */

	for (const way of [phone, plain])
		await test(`two devices, ${way.name}: who comes second is told, both versions stand side by side, nothing of either is lost`, async () => {
			const who = await mother(), first = await inside(who, desk), second = await inside(who, way);
			await first.page.locator('#child_name').fill('王安安');
			await first.page.locator('#bank_branch').count();
			await press(first.page, '保存并继续');
			await second.page.locator('#child_name').fill('王平平');
			await second.page.locator('#mother_phone').fill('13900000009');
			await press(second.page, '保存并继续');
			await looked(second.page, way, 'twice');
			assert.match(await text(second.page), /这里填的：王平平[^]*那边存的：王安安/);
			assert.equal((await draft(who)).form.child_name, '王安安', 'what was first stands until one chooses');
			await second.page.locator('[name=child_name][value=stored]').check();
			await press(second.page, '就这样，继续填');
			const { form } = await draft(who);
			assert.deepEqual([form.child_name, form.mother_phone], ['王安安', '13900000009']);
			assert.equal(await second.page.locator('#mother_phone').inputValue(), '13900000009');
			await first.context.close();
			await second.context.close();
		});

	/* ---- what could not be kept ---- */

	const told = (page) => page.locator('[data-why]:visible').evaluateAll((all) => all.map((e) => e.dataset.why).join());
	const typed = (page, name) => page.locator('#child_name').fill(name).then(() => page.locator('#child_name').blur());
	const kept_as = (who, name) => until(`${name} is kept`, async () => (await draft(who)).form.child_name === name);

	await test('the line is down: said at once, a button keeps one here, and it is tried again by itself', async () => {
		const who = await mother(), { context, page } = await inside(who, phone);
		let failed = 0;
		page.on('requestfailed', () => { failed++; });
		await context.setOffline(true);
		await typed(page, '王安安');
		await until('it is told', async () => await told(page) === 'down');
		assert.match(await text(page, '[role=alert]'), /还没有存上[^]*一通就自动再存/);
		await looked(page, phone, 'unsaved-down');
		const before = failed;
		await page.getByRole('button', { name: '下一步：核对', exact: true }).click();
		await until('it was tried', () => failed > before);
		await context.setOffline(false);
		await kept_as(who, '王安安');
		await until('it is told no more', async () => await told(page) === '');
		assert.equal(await page.locator('#child_name').inputValue(), '王安安');
		await context.close();
	});

	for (const way of [phone, desk])
		await test(`the session has ended, ${way.name}: said at once; in again in another window, it is kept by itself`, async () => {
			const who = await mother(), { context, page } = await inside(who, way);
			w.sql(`DELETE FROM session WHERE account = (SELECT id FROM account WHERE name = '${who.name}')`);
			await typed(page, '王安安');
			await until('it is told', async () => await told(page) === 'out');
			await looked(page, way, 'unsaved-out');
			const [other] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: '在新窗口里重新登录' }).click()]);
			await other.locator('#name').fill(who.name);
			await other.locator('#password').fill(password);
			await press(other, '登录');
			assert.equal(other.url(), `${origin}/apply/birth`);
			await other.close();
			await kept_as(who, '王安安');
			await until('it is told no more', async () => await told(page) === '');
			await press(page, '保存并继续');
			assert.equal(await page.locator('#child_name').inputValue(), '王安安');
			await context.close();
		});

	await test('another device was first: said at once, and a button shows both', async () => {
		const who = await mother(), first = await inside(who, desk), second = await inside(who, phone);
		await typed(first.page, '王安安');
		await kept_as(who, '王安安');
		await typed(second.page, '王平平');
		await until('it is told', async () => await told(second.page) === 'twice');
		await looked(second.page, phone, 'unsaved-twice');
		await press(second.page, '看看两边填的');
		assert.match(await text(second.page), /这里填的：王平平[^]*那边存的：王安安/);
		await first.context.close();
		await second.context.close();
	});

	for (const way of [phone, plain])
		await test(`the draft is gone, ${way.name}: said so, and what was typed begins a new one if one wants`, async () => {
			const who = await mother(), { context, page } = await inside(who, way);
			assert.equal((await w.http('DELETE', '/api/v1/drafts/birth', { who: who.name })).status, 204);
			await page.locator('#child_name').fill('王安安');
			if (way.script !== false) {
				await page.locator('#child_name').blur();
				await until('it is told', async () => await told(page) === 'gone');
				await looked(page, way, 'unsaved-gone');
				await press(page, '用这里填的另起一份');
			} else {
				await press(page, '保存并继续');
			}
			assert.match(await text(page), /已经提交或删除/);
			assert.equal(await page.locator('#child_name').inputValue(), '王安安');
			assert.equal((await w.http('GET', '/api/v1/drafts/birth', { who: who.name })).status, 404);
			await press(page, '保存并继续');
			await kept_as(who, '王安安');
			await context.close();
		});

	/* ---- what is known ---- */

	const found = (outputs) => ({ status: 200, body: { state: 'found', outputs, result_id: 'x' } });
	const register = { delivery_record: found({ mother_name: '李秀兰', child_sex: '2', gestation_weeks: 39 }),
		identity_card: { status: 500, body: {} } };

	for (const way of [phone, desk, plain])
		await test(`prefill, ${way.name}: known, registered as none, out of reach, disputed; each in words, and a dispute can be taken back`, async () => {
			w.gate.rule = (call) => call.json && call.json.item.startsWith('record:') ? register[call.call] : undefined;
			const who = await mother({ child_sex: undefined, gestation_weeks: undefined, birth_length_cm: undefined, mother_ethnic: undefined });
			const { context, page } = await inside(who, way), box = (id) => page.locator(`[data-q="${id}"]`);
			await until('the register has answered', async () => /来自/.test(await box('child_sex').innerText()) || !await page.reload());
			assert.match(await box('child_sex').innerText(), /女[^]*来自卫生健康局 · 分娩记录/);
			assert.match(await box('gestation_weeks').innerText(), /39[^]*来自/);
			assert.match(await box('birth_length_cm').innerText(), /没有登记这一项，请您填写/);
			assert.match(await box('mother_ethnic').innerText(), /系统现在没有回应，请您先填/);
			assert.match(await box('applicant_name').innerText(), /李秀兰[^]*由您的登录身份带出/);
			await looked(page, way, 'prefill');
			await go(page, () => box('child_sex').getByRole('button').click());
			assert.match(await box('child_sex').innerText(), /您说登记的不对/);
			await looked(page, way, 'disputed');
			await page.locator('[name=child_sex][value="1"]').check();
			await press(page, '保存并继续');
			assert.match(await box('child_sex').innerText(), /您说登记的不对/);
			assert.deepEqual([(await draft(who)).disputed, (await draft(who)).form.child_sex], [['child_sex'], '1']);
			await go(page, () => box('child_sex').getByRole('button').click());
			assert.match(await box('child_sex').innerText(), /女[^]*来自卫生健康局/);
			assert.deepEqual((await draft(who)).disputed, []);
			w.gate.rule = () => undefined;
			await context.close();
		});

	/* ---- papers ---- */

	const photo = 'father_id_photo', card = (buffer) => ({ name: 'card.jpg', mimeType: 'image/jpeg', buffer });

	for (const way of [phone, desk, plain])
		await test(`papers, ${way.name}: of another kind or too large they are refused in words, what is typed stays; the right one is taken`, async () => {
			const who = await mother({ father_authorised: false }), { context, page } = await inside(who, way);
			const box = page.locator(`[id="paper.${photo}"]`), input = page.locator(`[name="paper.${photo}"]`);
			const send = async (buffer) => {
				await input.setInputFiles(card(buffer));
				if (way.script === false)
					await go(page, () => page.locator(`[data-upload="${photo}"]`).click());
			};
			await page.locator('#householder_name').fill('李大海');
			await send(Buffer.from('%PD this is no picture'));
			await box.locator('.error').waitFor();
			assert.match(await box.innerText(), /这个文件不能用/);
			await looked(page, way, 'paper-wrong');
			if (way.script !== false) {
				const revision = page.locator('[name=_revision]'), before = await revision.inputValue();
				await page.locator('#householder_name').fill('李大江');
				await page.locator('#householder_name').blur();
				await until('an answer is kept meanwhile', async () => await revision.inputValue() !== before);
				assert.match(await box.innerText(), /这个文件不能用/, 'what is wrong is told until it is mended');
				await page.locator('#householder_name').fill('李大海');
			}
			await send(Buffer.concat([paper.jpg(), Buffer.alloc(10 << 20)]));
			await until('it is too large', async () => /超过 10 MB/.test(await box.innerText()));
			await send(paper.jpg());
			await box.locator('.had').waitFor();
			assert.equal(await page.locator('#householder_name').inputValue(), '李大海');
			const { materials } = await draft(who);
			const look = await context.request.get(`${origin}${await box.getByRole('link').getAttribute('href')}`);
			assert.deepEqual([look.status(), look.headers()['content-type']], [200, 'image/jpeg']);
			assert.ok(materials[photo]);
			await looked(page, way, 'paper-had');
			await go(page, () => box.getByRole('button', { name: /去掉/ }).click());
			assert.equal((await draft(who)).materials[photo], undefined);
			await context.close();
		});

	await test('a paper that breaks off on its way: said so, and it goes on where it broke, by itself; picked again too', async () => {
		const who = await mother({ father_authorised: false }), { context, page } = await inside(who, phone);
		const box = page.locator(`[id="paper.${photo}"]`), input = page.locator(`[name="paper.${photo}"]`);
		const file = path.join(w.dir, 'card.pdf'), offsets = [];
		let down = true;
		fs.writeFileSync(file, paper.pdf(3 * (256 << 10)));
		await page.route('**/api/v1/uploads/**', (route) => {
			offsets.push(Number(new URL(route.request().url()).searchParams.get('offset')) >> 18);
			return down && offsets.at(-1) === 1 ? route.abort() : route.continue();
		});
		await input.setInputFiles(file);
		await until('it is told', async () => /网络断了/.test(await box.innerText()));
		await looked(page, phone, 'paper-broken');
		await page.reload();
		const before = offsets.length; /* it was tried again meanwhile, once or often */
		await input.setInputFiles(file);
		await until('it went on', () => offsets.length > before);
		down = false;
		await box.locator('.had').waitFor();
		assert.deepEqual(offsets.filter((at) => at !== 1), [0, 2], 'nothing that had come was sent again');
		const { materials } = await draft(who);
		const back = await w.http('GET', `/api/v1/files/${materials[photo]}`, { who: who.name });
		assert.ok(back.bytes.equals(fs.readFileSync(file)));
		await context.close();
	});

	await test('so it does on the page of a correction, and goes along by its id, not whole', async () => {
		const who = await mother(), { context, page } = await inside(who, phone), file = path.join(w.dir, 'book.pdf'), posts = [];
		let down = true;
		fs.writeFileSync(file, paper.pdf(3 * (256 << 10)));
		w.gate.rule = (call) => call.json?.item === 'material:household_book' ? { status: 200, body: { state: 'none', result_id: 'H' } } : undefined;
		await press(page, '下一步：核对');
		await press(page, '确认无误，提交');
		const number = number_of(page), offsets = [];
		await w.watch(who.name, number, 'it waits for the paper', (a) => a.status === 'waiting_for_applicant');
		await page.route('**/api/v1/uploads/**', (route) => {
			offsets.push(Number(new URL(route.request().url()).searchParams.get('offset')) >> 18);
			return down && offsets.at(-1) === 1 ? route.abort() : route.continue();
		});
		page.on('request', (request) => {
			if (request.method() === 'POST' && request.url().endsWith('/correction'))
				posts.push(request.postDataBuffer().length);
		});
		await page.goto(`${origin}/applications/${number}/correction`);
		const input = page.locator('[type=file]').first(), box = page.locator('.paper').first();
		await input.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') });
		await until('it is refused', async () => /这个文件不能用/.test(await box.innerText()));
		await looked(page, phone, 'correction-paper-wrong');
		offsets.length = 0;
		await input.setInputFiles(file);
		await until('it is told', async () => /网络断了/.test(await box.innerText()));
		await looked(page, phone, 'correction-paper-broken');
		down = false;
		await until('it is up', async () => /已上传：book.pdf/.test(await box.innerText()));
		assert.deepEqual(offsets.filter((at) => at !== 1), [0, 2], 'nothing that had come was sent again');
		await looked(page, phone, 'correction-paper-had');
		await press(page, '交上去');
		assert.equal(page.url(), `${origin}/applications/${number}`);
		assert.ok(posts.length === 1 && posts[0] < 8192, `${posts}`);
		const sent = await until('the department has it', () => w.gate.calls.find((c) => c.json?.application === number &&
			c.json.materials?.find((m) => m.id === 'household_book' && m.file)));
		assert.equal(sent.json.materials.find((m) => m.id === 'household_book').file.size, fs.statSync(file).size);
		await w.finished(who.name, number);
		w.gate.rule = () => undefined;
		await context.close();
	});

	await test('a paper picked while an answer is being kept waits for it; both are there afterwards', async () => {
		const who = await mother({ father_authorised: false }), { context, page } = await inside(who, phone);
		const box = page.locator(`[id="paper.${photo}"]`), posts = [];
		let answer;
		const held = new Promise((done) => { answer = done; });
		await page.route('**/apply/birth', async (route) => {
			if (route.request().method() !== 'POST')
				return route.continue();
			posts.push(route.request());
			const given = await route.fetch();
			if (posts.length === 1)
				await held;
			return route.fulfill({ response: given });
		});
		await page.locator('#householder_name').fill('李大海');
		await page.locator('#householder_name').blur();
		await until('the answer is on its way', () => posts.length === 1);
		await page.locator(`[name="paper.${photo}"]`).setInputFiles(card(paper.jpg()));
		await page.locator('#father_name').pressSequentially('军'); /* typed meanwhile */
		assert.equal(posts.length, 1);
		answer();
		await box.locator('.had').waitFor();
		assert.match(await page.locator('#father_name').inputValue(), /军/);
		assert.equal(await page.locator('#householder_name').inputValue(), '李大海');
		await press(page, '保存并继续');
		const kept = await draft(who);
		assert.ok(kept.materials[photo]);
		assert.match(kept.form.father_name, /军/);
		await context.close();
	});

	/* ---- before it is sent ---- */

	for (const way of [phone, desk, plain])
		await test(`unticked, ${way.name}: shown anew before it is sent; who is left out is told nothing, who is added is`, async () => {
			const who = await mother(), { context, page } = await inside(who, way);
			await press(page, '下一步：核对');
			assert.equal(page.url(), `${origin}/apply/birth/check`);
			await page.locator('[name="choice.vaccination_record"]').uncheck();
			await page.locator('[name="choice.childcare_guidance"]').check();
			await press(page, '确认无误，提交');
			assert.match(await text(page, '[role=alert]'), /已经按新的勾选重新排好/);
			await looked(page, way, 'unticked');
			assert.equal((await w.http('GET', '/api/v1/applications', { who: who.name })).json.applications.length, 0);
			await press(page, '确认无误，提交');
			const a = await w.finished(who.name, number_of(page));
			assert.deepEqual([item(a, 'vaccination_record').status, item(a, 'childcare_guidance').status], ['skipped', 'approved']);
			assert.deepEqual([item(a, 'vaccination_record').not_chosen, item(a, 'fertility_registration').not_chosen], [true, undefined]);
			await page.goto(`${origin}/applications/${a.number}`);
			assert.match(await text(page), /您没有选办的：[^\n]*预防接种证办理/);
			assert.match(await text(page), /您的情况不需要办的：生育登记\n/);
			assert.equal(w.gate.calls.filter((c) => c.department === 'cdc' && c.json?.application === a.number).length, 0);
			const told = (await w.http('GET', `/api/v1/applications/${a.number}/disclosures`, { who: who.name })).text;
			assert.ok(!/"cdc"/.test(told) || !/"vaccination_record"[^}]*"told":true/.test(told));
			await context.close();
		});

	for (const way of [phone, plain])
		await test(`the password once more, ${way.name}: a wrong one is said so, then it goes on where it was`, async () => {
			const who = await mother(), { context, page } = await inside(who, way);
			await press(page, '下一步：核对');
			w.sql(`UPDATE session SET proved_at = now() - interval '16 minutes' WHERE account = (SELECT id FROM account WHERE name = '${who.name}')`);
			await press(page, '确认无误，提交');
			assert.match(page.url(), /\/prove\?next=/);
			await looked(page, way, 'prove');
			await page.locator('#password').fill('not this one');
			await press(page, '确认，继续');
			assert.match(await text(page), /密码不对/);
			await page.locator('#password').fill(password);
			await press(page, '确认，继续');
			assert.equal(page.url(), `${origin}/apply/birth/check`);
			await press(page, '确认无误，提交');
			assert.ok(number_of(page));
			await context.close();
		});

	/* ---- asked for after it was sent ---- */

	for (const way of [phone, desk, plain])
		await test(`a paper that no register has, ${way.name}: asked for, uploaded, and it goes on`, async () => {
			const who = await mother(), { context, page } = await inside(who, way);
			w.gate.rule = (call) => call.json?.item === 'material:household_book' ? { status: 200, body: { state: 'none', result_id: 'H' } } : undefined;
			await press(page, '下一步：核对');
			await press(page, '确认无误，提交');
			const number = number_of(page);
			await w.watch(who.name, number, 'it waits for the paper', (a) => a.status === 'waiting_for_applicant');
			await page.goto(`${origin}/applications/${number}`);
			assert.match(await text(page, '#hukou_birth'), /等您上传“居民户口簿/);
			await looked(page, way, 'paper-asked');
			await page.goto(`${origin}/applications/${number}/correction`);
			await page.locator('[type=file]').first().setInputFiles(card(paper.jpg()));
			await press(page, '交上去');
			assert.equal(page.url(), `${origin}/applications/${number}`);
			const a = await w.finished(who.name, number);
			assert.equal(a.materials.find((m) => m.id === 'household_book').how, 'uploaded');
			w.gate.rule = () => undefined;
			await context.close();
		});

	await browser.close();
	await w.stop();
});
