/* exceptions.cjs: marrying and entering school when things do not go as usual: what the facts call
 * exceptions (tests/events/<event>/domain.json), seen from outside. */
'use strict';
const { assert, demoForm, idNumber, suite, until, World } = require('./harness.cjs');
const paper = require('../papers.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const states = (a, ...ids) => ids.map((id) => item(a, id).status);
const found = (outputs) => ({ status: 200, body: { state: 'found', outputs } });

let people = 0;

suite(async (test) => {
	const w = await World.start();

	/* A person of his own for each application: by turns of the numbers. */
	const person = async (female, birthday = '19950312') => {
		const id = idNumber(100 + ++people, female, birthday), who = `p${people}`, full = female ? '李秀兰' : '王建国';
		await w.account(who, 'citizen', { id, full });
		return { id, who, full };
	};
	const couple = async (file, changes = {}) => {
		const man = await person(false), woman = await person(true);
		const demo = demoForm('marriage', file);
		Object.assign(demo.form, { man_id_no: man.id, woman_id_no: woman.id }, changes);
		return { man, woman, filed: await w.accepted(man.who, demo) };
	};
	const pupil = async (file = 'demo.json', changes = {}) => {
		const parent = await person(true);
		const demo = demoForm('school_entry', file);
		Object.assign(demo.form, { applicant_id_no: parent.id, child_id_no: idNumber(100 + people, true, '20200315') }, changes);
		delete demo.form.applied_by_agent;
		return { parent, demo, filed: await w.accepted(parent.who, demo) };
	};
	const ask = (who, number, what, json) => w.http('POST', `/api/v1/applications/${number}/${what}`, { who, json, key: `${number}-${what}-${++people}` });
	const sign = (who, number, id, agrees) => until(`${who} may sign`, async () => {
		const answer = await ask(who, number, 'signatures', { sign: id, agrees });
		assert.ok(answer.status === 200 || answer.status === 404, answer.text);
		return answer.status === 200;
	});
	const correct = async (who, number, json) => {
		const answer = await ask(who, number, 'correction', json);
		assert.ok(answer.status < 300, answer.text);
	};
	/* The departments answer this instead, as long as `body` runs. */
	const where = async (answers, body) => {
		w.gate.rule = (call) => answers[`${call.department}.${call.call}`]?.(call);
		try {
			await body();
		} finally {
			w.gate.rule = () => undefined;
		}
	};

	await test('nobody marries for others: an agent is told so', async () => {
		await w.account('village', 'agent', { divisions: ['330111'] });
		const answer = await w.file('village', { ...demoForm('marriage'), for: { id_number: idNumber(99, false), full_name: '王建国' } });
		assert.equal(answer.status, 422, answer.text);
		assert.deepEqual(answer.json.errors.map((e) => [e.pointer, e.code]), [['/for', 'not_yours']]);
	});

	await test('MARRY-E03: the other declines: no registration, nothing after it, no mark', async () => {
		const { man, woman, filed } = await couple('demo.json');
		await sign(woman.who, filed.number, 'partner_willing', false);
		const a = await w.finished(man.who, filed.number);
		assert.deepEqual(states(a, 'marriage_booking', 'marriage_registration', 'hukou_status_man', 'hukou_status_woman'),
			['approved', 'refused', 'blocked', 'blocked']);
		assert.match(JSON.stringify(item(a, 'marriage_registration').problem), /不留记录/);
	});

	await test('MARRY-E05: the householder declines: only the move is left out', async () => {
		const { man, woman, filed } = await couple('demo_all.json', { householder_is_applicant: false, householder_id_no: idNumber(77, false, '19650307') });
		await w.account('householder', 'citizen', { id: idNumber(77, false, '19650307'), full: '王德福' });
		await sign(woman.who, filed.number, 'partner_willing', true);
		await sign('householder', filed.number, 'householder_agrees', false);
		const a = await w.finished(man.who, filed.number);
		assert.deepEqual(states(a, 'marriage_registration', 'hukou_status_man', 'hukou_spouse_migration', 'hukou_household_split', 'fertility_registration'),
			['approved', 'approved', 'skipped', 'approved', 'approved']);
	});

	await test('MARRY-E02: the register says divorced: the answer is put right, the paper is fetched, all goes on', () => where({
		'civil_affairs.marital_status_of': (call) => Number(call.json.data.id_number[16]) % 2 === 1 && found({ marital_status: '40' }),
	}, async () => {
		const { man, woman, filed } = await couple('demo.json');
		await sign(woman.who, filed.number, 'partner_willing', true);
		const a = await w.watch(man.who, filed.number, 'it is sent back', (one) => one.status === 'waiting_for_applicant');
		assert.match(a.next.text, /男方婚姻状况/);
		await correct(man.who, filed.number, { form: { man_marital_status: '40' } });
		const done = await w.finished(man.who, filed.number);
		assert.equal(item(done, 'marriage_registration').status, 'approved');
	}));

	await test('MARRY-E04: the day has not come: the registration waits; withdrawn, the booking is cancelled', () => where({
		'civil_affairs.booked_day': () => found({ has_come: false }),
	}, async () => {
		const { man, woman, filed } = await couple('demo.json');
		await sign(woman.who, filed.number, 'partner_willing', true);
		const a = await w.watch(man.who, filed.number, 'it is held', (one) => item(one, 'marriage_registration').problem?.code === 'held'
			&& states(one, 'marriage_booking', 'premarital_exam').every((s) => s === 'approved'));
		assert.equal(item(a, 'marriage_registration').sent_at, null);
		assert.ok((await ask(man.who, filed.number, 'withdrawal', { reason: '改期' })).status < 300);
		const end = await w.watch(man.who, filed.number, 'it is withdrawn', (one) => one.status === 'withdrawn');
		assert.equal(item(end, 'marriage_booking').undo, 'done');
	}));

	await test('SCHOOL-E03: outside the days: refused with a sentence, and free for another time', async () => {
		let made;
		await where({ 'education.enrolment_window': () => found({ has_opened: false, has_closed: false }) }, async () => {
			made = await pupil();
			const a = await w.finished(made.parent.who, made.filed.number);
			assert.ok(a.items.every((i) => ['refused', 'skipped'].includes(i.status)), JSON.stringify(a.items.map((i) => i.status)));
			assert.match(JSON.stringify(item(a, 'enrolment_info').problem), /报名日期/);
		});
		await w.finished(made.parent.who, (await w.accepted(made.parent.who, made.demo)).number);
	});

	await test('SCHOOL-E06: before the closing day everything is checked, and the placement waits', () => where({
		'education.enrolment_window': () => found({ has_opened: true, has_closed: false }),
	}, async () => {
		const { parent, filed } = await pupil();
		const a = await w.watch(parent.who, filed.number, 'it is held', (one) => item(one, 'placement').problem?.code === 'held'
			&& item(one, 'eligibility_review').status === 'approved');
		assert.equal(item(a, 'placement').sent_at, null);
		assert.ok((await ask(parent.who, filed.number, 'withdrawal', { reason: '改报别的学校' })).status < 300); /* SCHOOL-E05 */
		const end = await w.watch(parent.who, filed.number, 'it is withdrawn', (one) => one.status === 'withdrawn');
		assert.equal(item(end, 'enrolment_info').undo, 'done');
	}));

	await test('SCHOOL-E01: a permit that is not found is put right while the other checks go on', () => {
		const good = idNumber(88, true);
		return where({
			'public_security.residence_permit': (call) => found({ permit_valid: call.json.data.residence_permit_no === good, residence_months: 12 }),
		}, async () => {
			const { parent, filed } = await pupil('demo_migrant.json');
			const a = await w.watch(parent.who, filed.number, 'the permit is sent back', (one) => item(one, 'verify_residence_permit').status === 'correction'
				&& item(one, 'verify_rental').status === 'approved');
			assert.match(a.next.text, /居住证号/);
			await correct(parent.who, filed.number, { form: { residence_permit_no: good } });
			const done = await w.finished(parent.who, filed.number);
			assert.equal(item(done, 'verify_residence_permit').status, 'approved');
		});
	});

	await test('SCHOOL-E01: a paper that no department has is asked for alone', () => where({
		'real_estate.property': () => ({ status: 200, body: { state: 'none' } }),
	}, async () => {
		const { parent, filed } = await pupil();
		const a = await w.watch(parent.who, filed.number, 'it asks for the paper', (one) => one.materials.some((m) => m.upload_needed));
		assert.deepEqual(a.materials.filter((m) => m.upload_needed).map((m) => m.id), ['property_certificate']);
		const file = await w.http('POST', '/api/v1/files', { who: parent.who, body: paper.pdf(), type: null });
		await correct(parent.who, filed.number, { materials: { property_certificate: file.json.id } });
		await w.finished(parent.who, filed.number);
	}));

	await test('SCHOOL-E04: a lease that proves false is refused, and no review follows', () => where({
		'housing_construction.verify_lease': () => ({ status: 200, body: { state: 'rejected', result_id: 'X1', reason: '合同系伪造' } }),
	}, async () => {
		const { parent, filed } = await pupil('demo_migrant.json');
		const a = await w.finished(parent.who, filed.number);
		assert.deepEqual(states(a, 'verify_rental', 'eligibility_review', 'placement', 'vaccination_check'), ['refused', 'blocked', 'blocked', 'blocked']);
		assert.equal(item(a, 'verify_hukou').status, 'approved');
	}));

	await test('R10: a vaccination book that shows gaps never takes the place away', () => where({
		'cdc.check_vaccination': () => ({ status: 200, body: { state: 'rejected', result_id: 'X1', reason: '漏种,请补种' } }),
	}, async () => {
		const { parent, filed } = await pupil();
		const a = await w.finished(parent.who, filed.number);
		assert.deepEqual(states(a, 'placement', 'student_record', 'vaccination_check'), ['approved', 'approved', 'refused']);
	}));

	await test('histories, plans and statistics agree', () => w.verify());
	await w.stop();
});
