/* questions.cjs: what a form asks while it is filled in: answer by answer it comes to what the plan accepts,
 * and says of wrong ones what the plan says.
 */
'use strict';
const { assert, demoForm, eventIds, idNumber, strangerForm, suite, World } = require('./harness.cjs');
const { filing } = require('../lives.cjs');

suite(async (test) => {
	const w = await World.start();
	const ask = async (event, form, more = {}) => {
		const answer = await w.http('POST', `/api/v1/events/${event}/questions`, { json: { form, ...more } });
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	};
	const ids = (begun) => begun.asked.map((one) => one.id);

	for (const event of eventIds)
		await test(`${event}: answering only what is asked comes to a form that the plan accepts`, async () => {
			const whole = filing(event, 1).form, form = {};
			let begun = await ask(event, form), before = -1;
			assert.ok(begun.asked.length > 3 && begun.errors.length > 0);
			while (Object.keys(form).length !== before) {
				before = Object.keys(form).length;
				for (const id of [...ids(begun), ...begun.signs.map((sign) => sign.id)])
					if (whole[id] !== undefined)
						form[id] = whole[id];
				begun = await ask(event, form);
			}
			assert.deepEqual(begun.errors, []);
			const plan = await w.http('POST', `/api/v1/events/${event}/plan`, { json: { form } });
			assert.equal(plan.status, 200, plan.text);
			assert.deepEqual(begun.materials, plan.json.materials);
			assert.deepEqual(begun.reminders, plan.json.reminders);
			assert.ok(Object.keys(form).length > 8);
		});

	await test('what hangs on an open answer waits for it; what does not apply is not asked', async () => {
		const has = async (form) => ids(await ask('birth', form)).includes('father_name');
		assert.equal(await has({}), false);
		assert.equal(await has({ father_info_waived: false }), true);
		assert.equal(await has({ father_info_waived: true }), false);
	});

	await test('the wishes count, and each question says who is told', async () => {
		const payee = (begun) => begun.asked.find((one) => one.id === 'bank_account');
		assert.equal(payee(await ask('birth', {})), undefined);
		const begun = await ask('birth', {}, { choices: { childcare_subsidy: true } });
		assert.deepEqual(payee(begun).items, ['childcare_subsidy']);
	});

	await test('rows of a list: what each asks', async () => {
		const begun = await ask('after_death', { applicant_standing: 'family', heirs: [{ name: '王建国' }, {}] });
		const heirs = begun.asked.find((one) => one.id === 'heirs');
		assert.deepEqual(heirs.rows, [0, 1].map(() => ['name', 'id_no', 'relation', 'share', 'agrees']));
	});

	await test('what is wrong is told as the plan tells it', async () => {
		for (const form of [{}, strangerForm({ mother_id_no: '330111199503120024' }), strangerForm({ child_name: 3, extra: 1 }),
			{ heirs: [{ name: '王' }, 'none'] }, demoForm('after_death').form]) {
			const plan = await w.http('POST', '/api/v1/events/birth/plan', { json: { form } });
			assert.equal(plan.status, 422);
			assert.deepEqual((await ask('birth', form)).errors, plan.json.errors);
		}
	});

	await test('what the login says need not be typed', async () => {
		await w.account('anna', 'citizen', { id: idNumber(3), full: '李秀兰' });
		const answer = await w.http('POST', '/api/v1/events/birth/questions', { who: 'anna', json: { form: {} } });
		assert.deepEqual(answer.json.filled, { applicant_id_no: idNumber(3), applicant_name: '李秀兰', applied_by_agent: false });
		assert.deepEqual((await ask('birth', {})).filled, {});
	});

	await test('an event that is not there', async () => {
		assert.equal((await w.http('POST', '/api/v1/events/nothing/questions', { json: { form: {} } })).status, 404);
		assert.equal((await w.http('POST', '/api/v1/events/birth/questions', { json: { form: [] } })).status, 422);
		assert.equal((await w.http('POST', '/api/v1/events/birth/questions', { body: '{' })).status, 400);
	});

	await w.stop();
});
