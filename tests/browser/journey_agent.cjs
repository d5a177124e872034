/* journey_agent.cjs: an agent's rotation in a browser, and the residents whom he helps: a code read out, a paper that
 * was signed, filling in under somebody's name, the list handed over with what was begun, which the resident may take
 * over; and it ends when the resident says so. On the phone, at the desk and without script.
 */
'use strict';
const { assert, childName, demoForm, idNumber, oneTimeCode, suite, World } = require('../api/harness.cjs');
const { missing, launch, person, inspect } = require('./browser.cjs');
const paper = require('../papers.cjs');

const skip = missing();
if (skip) {
	console.log(`1..0 # SKIP ${skip}`);
	process.exit(0);
}

const password = 'correct horse battery', village = '330111001001';
const ways = [{ name: '360', width: 360 }, { name: '1280', width: 1280 }, { name: '360-noscript', width: 360, script: false }];

suite(async (test) => {
	const w = await World.start({ settings: { prefill_seconds: 10 } }), origin = `http://127.0.0.1:${w.port}`, browser = await launch();
	const factors = {};
	let people = 300;

	async function somebody(role, more) {
		const n = ++people, name = `${role}${n}`, who = { name, id: idNumber(n, true, '19950312'), full: role === 'citizen' ? '李秀兰' : '王代办' };
		await w.account(name, role, role === 'citizen' ? { id: who.id, full: who.full } : { divisions: [village], ...more });
		factors[name] = await w.password(name, password, role !== 'citizen');
		w.tokens[name] = (await w.run('account', 'token', name)).stdout.trim();
		return who;
	}

	async function inside({ name }, way) {
		const context = await person(browser, origin, way), factor = factors[name];
		const answer = await context.request.post(`${origin}/api/v1/session`, { data: { name, password,
			...(factor ? { totp: oneTimeCode(factor) } : {}) } });
		assert.equal(answer.status(), 200, await answer.text());
		return { context, page: await context.newPage() };
	}

	const go = (page, act) => Promise.all([page.waitForNavigation(), act()]);
	const press = (page, name) => go(page, () => page.getByRole('button', { name }).click());
	const looked = async (page, way, name) => assert.deepEqual(await inspect(page, way, `agent-${name}`), []);
	const text = (page, at = 'main') => page.locator(at).innerText();
	const open = (page, at) => go(page, () => page.goto(`${origin}${at}`));
	const fill = async (page, resident, code) => {
		await page.locator('#full_name').fill(resident.full);
		await page.locator('#id_number').fill(resident.id);
		if (code !== undefined)
			await page.locator('#code').fill(code);
	};

	for (const way of ways) {
		await test(`a code, ${way.name}: read out, taken, filled in under his name, ended by the resident`, async () => {
			const resident = await somebody('citizen'), agent = await somebody('agent');
			const his = await inside(resident, way), mine = await inside(agent, way);
			await his.page.goto(`${origin}/applications`);
			await go(his.page, () => his.page.getByRole('link', { name: '谁替我办' }).click());
			assert.match(await text(his.page), /没有人替您办事/);
			await looked(his.page, way, 'mandates-none');
			await press(his.page, '取验证码');
			const code = /\b\d{6}\b/.exec(await text(his.page, '.notice.good'))[0];
			await looked(his.page, way, 'mandates-code');

			await mine.page.goto(`${origin}/apply/birth`);
			assert.match(await text(mine.page), /名册里还没有人/);
			await looked(mine.page, way, 'for-nobody');
			await go(mine.page, () => mine.page.getByRole('link', { name: /先登记委托/ }).click());
			await fill(mine.page, resident, code === '000000' ? '111111' : '000000');
			await press(mine.page, '登记委托');
			assert.match(await text(mine.page, '[role=alert]'), /验证码不对/);
			assert.equal(await mine.page.locator('#id_number').inputValue(), resident.id, 'what was typed stays');
			await looked(mine.page, way, 'roster-wrong');
			await mine.page.locator('#code').fill(code);
			await press(mine.page, '登记委托');
			assert.match(await text(mine.page), new RegExp(`李秀兰[^]*尾号 ${resident.id.slice(-4)}`));
			await looked(mine.page, way, 'roster');

			await mine.page.goto(`${origin}/apply/birth`);
			await looked(mine.page, way, 'for');
			await press(mine.page, /开始填写/);
			const address = mine.page.url();
			assert.ok(!address.includes(resident.id), 'no identity number in an address');
			assert.match(await text(mine.page, '.acting'), /您正在代李秀兰办理/);
			await mine.page.locator('#child_name').fill('王安安');
			await press(mine.page, '保存并继续');
			assert.equal(await mine.page.locator('#child_name').inputValue(), '王安安');

			await his.page.goto(`${origin}/mandates`);
			assert.match(await text(his.page), new RegExp(`${agent.name}[^]*正在代办[^]*凭验证码`));
			await looked(his.page, way, 'mandates');
			await press(his.page, /收回委托/);
			assert.match(await text(his.page), /已结束/);
			await mine.page.goto(address);
			assert.ok(!(await mine.page.content()).includes('王安安'), 'nothing of hers is shown any more');
			assert.match(await text(mine.page), /名册里还没有人/);
			await his.context.close();
			await mine.context.close();
		});

		await test(`rotation, ${way.name}: a signed paper, an application, all of it to the next agent; the resident sees both`, async () => {
			const resident = await somebody('citizen'), agent = await somebody('agent'), next = await somebody('agent');
			const mine = await inside(agent, way), theirs = await inside(next, way), his = await inside(resident, way);
			await mine.page.goto(`${origin}/mandates`);
			await fill(mine.page, resident);
			await press(mine.page, '登记委托');
			assert.match(await text(mine.page, '[role=alert]'), /二者选一/);
			await mine.page.locator('#slip').setInputFiles({ name: 'slip.pdf', mimeType: 'application/pdf', buffer: paper.pdf() });
			await press(mine.page, '登记委托');
			assert.match(await text(mine.page), /凭签名的委托书[^]*住在：杭州市富阳区富春街道示范村/);
			const { applicant_name, applicant_id_no, applied_by_agent, ...form } = demoForm('birth').form;
			const draft = await w.http('PUT', '/api/v1/drafts/birth', { who: agent.name, json: { form: {}, revision: 0,
				for: { id_number: resident.id, full_name: resident.full } } });
			assert.equal(draft.status, 200, draft.text);
			const begun = await w.http('PUT', '/api/v1/drafts/school_entry', { who: agent.name, json: { form: { child_name: '王小满' }, revision: 0,
				for: { id_number: resident.id, full_name: resident.full } } });
			assert.equal(begun.status, 200, begun.text);
			const filed = await w.file(agent.name, { event: 'birth', for: { id_number: resident.id, full_name: resident.full },
				form: { ...form, mother_id_no: resident.id, child_name: childName() } }, { key: draft.json.key });
			assert.equal(filed.status, 201, filed.text);
			await mine.page.goto(`${origin}/apply/birth?draft=${draft.json.key}`);
			assert.match(await text(mine.page), /已经提交或删除/);
			await looked(mine.page, way, 'draft-gone');
			await mine.page.goto(`${origin}/mandates`);

			await mine.page.reload();
			await mine.page.locator('summary', { hasText: '轮换' }).click();
			await mine.page.locator('#agent').fill('nobody');
			await press(mine.page, '全部移交');
			assert.match(await text(mine.page, '[role=alert]'), /没有叫这个名字的代办员/);
			await mine.page.locator('#agent').fill(next.name);
			await press(mine.page, '全部移交');
			assert.match(await text(mine.page), /已移交/);
			await looked(mine.page, way, 'handed');
			await mine.page.goto(`${origin}/applications`);
			assert.ok(!(await text(mine.page)).includes(filed.json.number));
			await theirs.page.goto(`${origin}/applications`);
			assert.ok((await text(theirs.page)).includes(filed.json.number));
			for (const rest of ['/withdrawal', '/correction', '']) {
				await theirs.page.goto(`${origin}/applications/${filed.json.number}${rest}`);
				assert.match(await text(theirs.page, '.acting'), /您正在代李秀兰办理/);
			}
			await looked(theirs.page, way, 'progress');
			await his.page.goto(`${origin}/applications`);
			assert.match(await text(his.page, '.notice.calm'), new RegExp(`代办员 ${next.name} 可以替您办事`));
			await looked(his.page, way, 'told');
			await his.page.goto(`${origin}/mandates`);
			assert.match(await text(his.page), new RegExp(`${next.name}[^]*由前一位代办员移交[^]*${agent.name}[^]*已结束`));
			assert.match(await text(his.page), /住在：杭州市富阳区富春街道示范村/);
			await looked(his.page, way, 'mandates-handed');
			const slip = await his.page.getByRole('link', { name: new RegExp(`看委托书.*${agent.name}`) }).getAttribute('href');
			assert.equal((await his.context.request.get(`${origin}${slip}`)).headers()['content-type'], 'application/pdf');

			await theirs.page.goto(origin);
			await go(theirs.page, () => theirs.page.locator('[aria-labelledby=drafts] a').click());
			assert.equal(await theirs.page.locator('#child_name').inputValue(), '王小满', 'what was begun goes on with the next');
			await his.page.goto(origin);
			assert.match(await text(his.page, '[aria-labelledby=drafts]'), new RegExp(`代办员 ${next.name} 替您填的`));
			await looked(his.page, way, 'begun-for-him');
			await press(his.page, '我自己接着填');
			assert.equal(his.page.url(), `${origin}/apply/school_entry`);
			assert.equal(await his.page.locator('#child_name').inputValue(), '王小满');
			assert.equal(await his.page.locator('.acting').count(), 0);
			await theirs.page.goto(origin);
			assert.equal(await theirs.page.locator('[aria-labelledby=drafts]').count(), 0);
			for (const one of [mine, theirs, his])
				await one.context.close();
		});
	}

	await browser.close();
	await w.stop();
});
