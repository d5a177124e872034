/* lives.cjs: made-up people and what they file, for every event: the demo's form of its folder, made
 * another one each time where the event is handled once for a value.
 */
'use strict';
const { childName, demoForm, idNumber } = require('./api/harness.cjs');

const events = ['birth', 'school_entry', 'marriage', 'employment', 'after_death'];

/* A unified social credit code (GB 32100) with the organisation code's check digit in it (GB 11714). */
function creditCode(n, division = '330111') {
	const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY', inner = [3, 7, 9, 10, 5, 8, 4, 2];
	const outer = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
	const number = String(n % 100000000).padStart(8, '0');
	const rest = 11 - [...number].reduce((sum, c, i) => sum + inner[i] * Number(c), 0) % 11;
	const code = `91${division}${number}${rest === 10 ? 'X' : rest === 11 ? '0' : rest}`;
	return code + letters[(31 - [...code].reduce((sum, c, i) => sum + outer[i] * letters.indexOf(c), 0) % 31) % 31];
}

const clock = { ahead: 0 }; /* ms by which it is later than this machine thinks */

/* The day in Asia/Shanghai so many days from today. */
function day(days) {
	return new Date(Date.now() + clock.ahead + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);
}

/* --- people: four of each, each with an account --- */

const names = { man: ['王建国', '张志强', '刘明轩', '杨文博'], woman: ['李秀兰', '陈桂兰', '黄丽华', '吴欣怡'] };
const people = Object.entries(names).flatMap(([sex, list]) => list.map((full, i) => ({ account: `${sex}-${i + 1}`, sex, full,
	phone: `1380000${sex === 'man' ? '1' : '2'}00${i}`, id: idNumber(11 + 7 * i, sex === 'woman', sex === 'man' ? '19930708' : '19950312') })));
const pick = (sex, n) => people.filter((p) => p.sex === sex)[n % 4];

const twoDigits = (n) => String(n).padStart(2, '0');

/* --- forms --- */

/* What each event's form says of who files it, and what makes the n-th another one than all before. */
const makers = {
	birth: (n) => {
		const mother = pick('woman', n), father = pick('man', n);
		return { who: mother, form: { applicant_name: mother.full, applicant_id_no: mother.id, mother_name: mother.full, mother_id_no: mother.id,
			father_name: father.full, father_id_no: father.id, child_name: childName(father.full[0]), householder_name: mother.full } };
	},
	school_entry: (n) => {
		const mother = pick('woman', n), father = pick('man', n);
		const birthday = `2020${twoDigits(1 + n % 8)}${twoDigits(1 + Math.floor(n / 8) % 28)}`;
		return { who: mother, form: { applicant_name: mother.full, applicant_id_no: mother.id, guardian2_name: father.full,
			guardian2_id_no: father.id, child_id_no: idNumber(Math.floor(n / 224), true, birthday) } };
	},
	marriage: (n) => { /* 16 couples, on days that the registry offers */
		const man = pick('man', n), woman = pick('woman', Math.floor(n / 4));
		return { who: man, signs: [{ who: woman, sign: 'partner_willing', agrees: true }], form: { man_name: man.full, man_id_no: man.id,
			woman_name: woman.full, woman_id_no: woman.id, booking_date: day(3 + Math.floor(n / 16) % 17) } };
	},
	employment: (n) => {
		const man = pick('man', n);
		return { who: man, papers: ['contract', 'wage_form'], form: { person_name: man.full, person_id_no: man.id, employer_uscc: creditCode(n) } };
	},
	after_death: (n) => { /* every other time a daughter inherits with him and is asked; now and then she does not agree */
		const son = pick('man', n), daughter = pick('woman', Math.floor(n / 2));
		const dead = idNumber(n % 489, false, `19${50 + Math.floor(n / 489) % 10}0512`);
		const share = n % 2 ? 50 : 100;
		const heirs = [son, ...n % 2 ? [daughter] : []].map((p, i) => ({ ...demoForm('after_death').form.heirs[i], name: p.full, id_no: p.id, share }));
		const signs = n % 2 ? [{ who: daughter, sign: 'heir_agrees.2', agrees: n % 8 !== 5 }] : [];
		return { who: son, signs, form: { applicant_name: son.full, applicant_id_no: son.id, deceased_id_no: dead, heirs, payee_name: son.full,
			payee_id_no: son.id } };
	},
};

/* A question that one item alone sends on: a name in it that departments send back (王补正) comes back
 * once, with what is to be written instead. */
const marks = { birth: 'householder_name', school_entry: 'guardian2_name', marriage: 'man_occupation', employment: 'hr_name',
	after_death: 'payee_bank_branch' };

/* So many different ones there are of an event; of the others there is no end. */
const different = { marriage: 16 * 17 };

/* The n-th filing of an event: {event, who: person, form, papers: [materials to be uploaded with it], signs:
 * [{who, sign, agrees}], mend?}. `marked`:
 * one department sends it back; `mend` is the correction that it asks for. */
function filing(event, n, { marked = false, changes = {} } = {}) {
	const made = makers[event](n);
	const form = { ...demoForm(event).form, ...made.form, ...changes };
	const result = { event, who: made.who, form, signs: made.signs || [], papers: made.papers || [] };
	if (marked) {
		result.mend = { [marks[event]]: form[marks[event]] || '工人' };
		form[marks[event]] = '王补正';
	}
	return result;
}

module.exports = { clock, different, events, filing, people };
