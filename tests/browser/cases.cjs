/* cases.cjs: people of every role and an application in every state, for whoever looks at their pages. All
 * names are as long as they come: what they do to a page is seen here first.
 */
'use strict';
const { assert, birth, demoForm, idNumber, oneTimeCode, until } = require('../api/harness.cjs');

const password = 'correct horse battery';
const village = '330111001001', record = 'vaccination_record';
const full = '阿卜杜热合曼·买买提依明·吐尔逊江', householder = '欧阳诸葛司马上官'; /* as long as they come */
const is_item = (call) => call.json && !/:/.test(call.json.item) && !call.json.of;
const police = (call) => is_item(call) && call.department === 'public_security';
const item = (a, id) => a.items.find((i) => i.id === id);
const pending = (result_id) => ({ status: 202, body: { state: 'pending', result_id } });

const long_reason = '户口簿首页与出生医学证明上登记的户籍地址不一致，请核对后重新拍摄户口簿首页和本人页，'
	+ '并写明所在街道、社区、小区、楼栋、单元和门牌号码；有疑问请到出生地派出所户籍窗口当面说明。';
const marks = { fields: [{ field: 'householder_name', reason: long_reason }, { field: 'hukou_address', reason: '门牌号不清楚' },
	{ field: 'mother_ethnic', reason: '请核对' }], materials: [{ id: 'household_book', reason: '照片看不清' }] };

/* State -> what the departments answer (nothing: what the simulated ones do), and when it stands so. */
const states = {
	finished: [() => undefined, (a) => a.status === 'finished'],
	acknowledged: [(c) => (is_item(c) && c.department === 'medical_insurance' ? pending('YB-2026-000123') : undefined),
		(a) => a.items.some((i) => i.receipt === 'YB-2026-000123')],
	silent: [(c) => (c.department === 'public_security' ? { status: 503, body: {} } : undefined),
		(a) => a.items.some((i) => i.problem && i.problem.code === 'silent')],
	waiting: [(c) => (police(c) && c.json.round === 1 ? { status: 200, body: { state: 'correction', ...marks } } : undefined),
		(a) => a.status === 'waiting_for_applicant'],
	refused: [(c) => (police(c) ? { status: 200, body: { state: 'rejected', result_id: 'GA-1', reason: long_reason } } : undefined),
		(a) => a.status === 'finished'],
	attention: [(c) => (police(c) ? { status: 422, body: {} } : undefined), (a) => a.items.some((i) => i.status === 'attention')],
	withdrawn: [(c) => (police(c) ? pending('GA-2') : undefined), (a) => a.items.some((i) => i.receipt === 'GA-2')],
};

/* What answers to whom: by the application's number; of one that is being filed, whose calls may come first, `filing`. */
function answering(w) {
	const rules = new Map(), own = { filing: undefined };
	w.gate.rule = (call) => {
		const number = call.json && call.json.application;
		if (number && !rules.has(number))
			rules.set(number, own.filing);
		return number && rules.get(number) && rules.get(number)(call);
	};
	return own;
}

class Cases {
	constructor(world) {
		this.world = world;
		this.answering = answering(world);
		this.numbers = {};
		this.factors = {};
	}

	async person(name, role, more) {
		await this.world.account(name, role, more);
		this.factors[name] = await this.world.password(name, password, role !== 'citizen');
		this.world.tokens[name] = (await this.world.run('account', 'token', name)).stdout.trim();
	}

	/* Logs this person in: for look(). The same function for the same person, who is let in once. */
	enter(name) {
		this.ways_in ??= new Map();
		if (!this.ways_in.has(name))
			this.ways_in.set(name, async (context, origin) => {
				const factor = this.factors[name];
				const answer = await context.request.post(`${origin}/api/v1/session`, { data: { name, password,
					...(factor ? { totp: oneTimeCode(factor) } : {}) } });
				assert.equal(answer.status(), 200, `${name} is not let in: ${await answer.text()}`);
			});
		return this.ways_in.get(name);
	}

	async ask(method, target, who, json) {
		const answer = await this.world.http(method, target, { who, json, key: `${who}-${target}` });
		assert.ok(answer.status < 300, `${target}: ${answer.text}`);
		return answer.json;
	}

	async people() {
		const division = ['330111'];
		await this.person('anna', 'citizen', { id: idNumber(1), full });
		await this.person('new', 'citizen', { id: idNumber(2), full: '林' });
		await this.person('he', 'citizen', { id: idNumber(101, false, '19930708'), full: demoForm('marriage').form.man_name });
		await this.person('she', 'citizen', { id: idNumber(101, true, '19950312'), full: demoForm('marriage').form.woman_name });
		await this.person('agent', 'agent', { divisions: [village], full: '王代办' });
		await this.person('new_agent', 'agent', { divisions: [village], full: '新代办' });
		await this.person('clerk', 'clerk', { department: 'cdc', divisions: division });
		await this.person('police', 'clerk', { department: 'public_security', divisions: division });
		await this.person('new_clerk', 'clerk', { department: 'tax', divisions: division });
		await this.person('supervisor', 'supervisor', { divisions: division });
		await this.person('policy', 'policy');
		await this.person('operator', 'operator');
	}

	async file(state, body, who = 'anna') {
		const w = this.world, [rule, stands] = states[state] || [() => undefined, () => true];
		this.answering.filing = rule;
		const { number } = await w.accepted(who, body);
		await w.watch(who, number, state, stands);
		this.numbers[state] = number;
		return number;
	}

	/* The record's department has no interface: its clerk decides, else nothing would end. */
	async decide(number, result) {
		await this.world.watch('anna', number, 'it lies in the queue', (a) => item(a, record).status === 'acknowledged');
		return this.ask('POST', `/api/v1/desk/${number}/${record}/decision`, 'clerk', result);
	}

	async applications() {
		const w = this.world;
		for (const state of ['silent', 'waiting', 'attention', 'acknowledged', 'withdrawn'])
			await this.file(state, birth({ householder_name: householder }));
		await this.ask('POST', `/api/v1/applications/${this.numbers.withdrawn}/withdrawal`, 'anna', { reason: '名字要再想想' });
		for (const state of ['finished', 'refused']) {
			const [rule, stands] = states[state];
			this.answering.filing = rule;
			const { number } = await w.accepted('anna', birth());
			await this.decide(number, { state: 'approved', receipt: '接种-001', outputs: { vaccination_no: 'V001' } });
			await w.watch('anna', number, state, stands);
			this.numbers[state] = number;
		}
	}

	/* What was said of it: a bad grade, a complaint; a question between departments, a conference. */
	async words() {
		const at = `/api/v1/applications/${this.numbers.finished}`, desk = `/api/v1/desk/${this.numbers.acknowledged}/${record}`;
		await this.ask('POST', `${at}/items/hukou_birth/rating`, 'anna', { grade: 1, text: long_reason });
		await this.ask('POST', `${at}/complaints`, 'anna', { item: record, about: 'slow', text: long_reason });
		await this.ask('POST', `${desk}/inquiries`, 'clerk', { department: 'public_security', question: long_reason });
		const date = new Date(Date.now() + 8 * 3600e3 + 86400e3).toISOString().slice(0, 10);
		this.conference = (await this.ask('POST', `${desk}/conferences`, 'clerk', { departments: ['public_security', 'medical_insurance', 'hrss'],
			date, question: long_reason })).id;
	}

	async others() {
		const form = demoForm('marriage').form, man = idNumber(101, false, '19930708'), woman = idNumber(101, true, '19950312');
		await this.file('consent', { event: 'marriage', form: { ...form, man_id_no: man, woman_id_no: woman } }, 'he');
		const resident = { id_number: idNumber(1), full_name: full };
		await this.world.mandated('agent', resident);
		await this.file('by_agent', { ...birth(), for: resident }, 'agent');
	}

	/* Everything, on a world whose record's department works on our pages. */
	async make() {
		await this.people();
		await this.applications();
		await this.words();
		await this.others();
		return this;
	}
}

module.exports = { Cases, record };
