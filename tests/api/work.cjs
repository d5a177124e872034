/* work.cjs: a hiring and a death, whole: papers at filing, the employee's consent, what is sent on
 * later, the two roads to a death certificate, a list of heirs. */
'use strict';
const { assert, demoForm, idNumber, suite, until, World } = require('./harness.cjs');
const paper = require('../papers.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const ended = (a) => a.status === 'finished' && a.items.every((i) => ['approved', 'skipped', 'refused'].includes(i.status));

suite(async (test) => {
	const w = await World.start();
	let people = 700;

	await w.account('hr', 'citizen', { id: idNumber(699), full: '周明' });

	/* An employee with an account, and a form that the employer's clerk would fill in. */
	async function hired(changes) {
		const id = idNumber(++people, true, '19950312');
		const name = `employee${people}`;
		await w.account(name, 'citizen', { id, full: '陈晓' });
		const { form } = demoForm('employment');
		return { name, body: { event: 'employment', form: { ...form, filed_by: 'employer', person_id_no: id, ...changes } } };
	}

	async function papers(who, ...materials) {
		const files = {};
		for (const material of materials) {
			const answer = await w.http('POST', '/api/v1/files', { who, body: paper.pdf(), type: null });
			assert.equal(answer.status, 201, answer.text);
			files[material] = answer.json.id;
		}
		return files;
	}

	const sign = (who, number, agrees) => w.http('POST', `/api/v1/applications/${number}/signatures`,
		{ who, key: `sign-${number}-${agrees}`.slice(0, 60), json: { sign: 'employee_agrees', agrees } });

	await test('the employer files, nothing starts before the employee agrees, then all is done', async () => {
		const { name, body } = await hired();
		body.materials = await papers('hr', 'contract', 'wage_form');
		const { number } = await w.accepted('hr', body);
		const held = await w.watch('hr', number, 'it waits for the employee', (a) => a.next.who !== 'department' && a);
		assert.ok(held.items.every((i) => !i.sent_at), 'nothing is sent yet');
		const answer = await sign(name, number, true);
		assert.ok(answer.status < 300, answer.text);
		const done = await w.watch('hr', number, 'finished', ended);
		for (const id of ['employment_registration', 'social_insurance_enrol', 'social_insurance_premium', 'medical_insurance_enrol',
			'housing_fund_account'])
			assert.equal(item(done, id).status, 'approved', id);
	});

	await test('what was sent on may be answered later too, with "received"', async () => {
		const { name, body } = await hired();
		body.materials = await papers('hr', 'contract', 'wage_form');
		let letGo;
		const held = new Promise((done) => { letGo = done; });
		w.gate.rule = async (call) => { /* the registration is slow, so its number must be sent on */
			if (call.json?.item === 'employment_registration' && !call.json.of)
				await held;
			if (/\/later$/.test(call.target))
				return { status: 202, body: { state: 'pending', result_id: 'L-1' } };
			return undefined;
		};
		const { number } = await w.accepted('hr', body);
		assert.ok((await sign(name, number, true)).status < 300);
		await until('what does not wait is sent', () => w.gate.find(number, 'social_insurance_enrol') && w.gate.find(number, 'medical_insurance_enrol'));
		letGo();
		const call = await until('the rest is sent on', () => w.gate.of(number).find((c) => /\/later$/.test(c.target)));
		const answer = await w.callback(call.department, { key: call.key, state: 'received', result_id: 'L-1' });
		assert.equal(answer.status, 202, answer.text);
		w.gate.rule = () => undefined;
		await w.watch('hr', number, 'finished', ended);
	});

	await test('an employee who declines: nothing is done in his name', async () => {
		const { name, body } = await hired();
		body.materials = await papers('hr', 'contract', 'wage_form');
		const { number } = await w.accepted('hr', body);
		assert.ok((await sign(name, number, false)).status < 300);
		const done = await w.watch('hr', number, 'finished', (a) => a.status === 'finished' && a);
		assert.ok(done.items.every((i) => i.status !== 'approved' && !i.sent_at));
	});

	await test('a family files once, and stops and payments follow the certificate', async () => {
		const { form } = demoForm('after_death');
		await w.account('son', 'citizen', { id: form.applicant_id_no, full: form.applicant_name });
		await w.account('daughter', 'citizen', { id: form.heirs[1].id_no, full: form.heirs[1].name });
		const { number } = await w.accepted('son', { event: 'after_death', form });
		const agreed = await w.http('POST', `/api/v1/applications/${number}/signatures`, { who: 'daughter', key: 'heir',
			json: { sign: 'heir_agrees.2', agrees: true } });
		assert.equal(agreed.status, 200, agreed.text);
		const done = await w.watch('son', number, 'finished', ended);
		assert.equal(item(done, 'abnormal_death_proof').status, 'skipped', 'the other road');
		for (const id of ['death_certificate', 'cremation', 'hukou_cancellation', 'pension_stop', 'survivor_benefit',
			'employee_pension_account', 'medins_account_withdrawal'])
			assert.equal(item(done, id).status, 'approved', id);
	});

	await test('an unclear death takes the road of the police, and all else waits for their proof', async () => {
		const { form } = demoForm('after_death', 'demo_police.json');
		const { number } = await w.accepted('son', { event: 'after_death', form: { ...form, deceased_id_no: idNumber(5, false, '19500101') } });
		const done = await w.watch('son', number, 'finished', ended);
		assert.equal(item(done, 'death_certificate').status, 'skipped');
		assert.equal(item(done, 'abnormal_death_proof').status, 'approved');
		assert.ok(item(done, 'cremation').sent_at >= item(done, 'abnormal_death_proof').decided_at);
		assert.equal(item(done, 'resident_pension_end').status, 'approved');
	});

	await w.stop();
});
