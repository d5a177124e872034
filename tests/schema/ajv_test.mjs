// The published schema against the check in C, by a validator that is not ours (ajv).
//
//   node ajv_test.mjs FORM_VERDICT [EVENT...]
//
// For many forms, sound ones and each with one answer changed: the schema refuses nothing that C
// accepts; what C refuses and the schema accepts is told by entries of x-rules (pointer, code and
// text alike; * in a pointer is any row); and each entry is met. Answers in TAP.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const top = resolve(here, '../..');
const program = process.argv[2] ?? join(process.env.YJS_BUILD ?? top, 'tests/schema/form_verdict');
const require = createRequire(import.meta.url);
const Ajv2020 = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;

const TODAY = '2026-11-20';
const lua = (folder) => readdirSync(join(top, folder)).filter((f) => f.endsWith('.lua')).sort()
	.map((f) => join(top, folder, f));

// What surrounds a form: choices, records, applicant, and answers that lead somewhere else.
const fujian = { hukou_address: { division: '350102001001', text: '鼓楼区示例路1号' } };
const child = { name: '王安然', id_no: '330111199503120023', relation: 'child', army: false, moved: '2026-01-01', why_moved: '上学' };
const self = { as: 'self', name: '李秀兰', id: '330111199503120023' };
const strangers = { mother_card: { local_hukou: false, province_hukou: false },
	father_card: { local_hukou: false, province_hukou: false } };
const others = [join(top, 'events/common.lua'), ...lua('connectors')];
const declared = (name, around, some) => ({ name, args: [name, join(top, 'scripts'), join(top, `events/${name}.lua`), ...others],
	around, some });
const events = [
	{ name: 'sample', args: [], around: [
		{}, { choices: { allowance: true, extra: true } }, { choices: { extra: false } },
		{ choices: { allowance: true, extra: false }, set: { by_extra: false } },
		{ set: { by_extra: false, way: 'pickup' } },
		{ records: { household: { name: '别人', registered: 'yes' } } },
		{ applicant: { as: 'agent' } }, { today: '2024-02-29' }, { set: { spouse: '王建国', way: 'pickup' } },
		{ set: { home: { division: '350102001', text: '福州' }, married: false } }, { set: { kids: 0, weight: 5000 } },
		{ set: { family: [child] }, applicant: { ...self, name: '别人' } }, { applicant: { as: 'agent', name: '李秀兰' } },
		{ set: { kids: 0, weight: undefined } }, { set: { way: 'locker', birth_cert: 'X320101001' } },
	] },
	declared('birth', [
		{}, { choices: 'all' }, { choices: 'none' }, { choices: 'all', set: { father_info_waived: true } },
		{ set: { child_ethnic: '22', father_ethnic: '22', parents_married: false } },
		{ choices: 'none', set: { parents_married: false } }, { choices: 'none', set: { delivery_way: 'post' } },
		{ applicant: self }, { applicant: { as: 'agent', name: '别人', id: '33011119930708001X' } },
		{ applicant: self, set: { applicant_relation: 'father', father_ethnic: '22' } },
		{ set: fujian }, { set: fujian, records: strangers }, { records: strangers },
		{ set: { ...fujian, parents_married: false } },
		{ records: { registered: { registered: true }, delivery: { mother_name: '别人' } } },
	]),
	declared('school_entry', [{}, { choices: 'all' }, { applicant: self }], true),
	declared('marriage', [{}, { choices: 'all' }, { applicant: self }], true),
	declared('employment', [{}, { choices: 'all' }, { choices: 'none' }, { applicant: self }], true),
	declared('after_death', [{}, { choices: 'all' }, { choices: 'none' }, { applicant: self }], true),
	{ name: 'nine', args: ['nine', join(top, 'scripts'), join(top, 'tests/bench/nine.lua'),
		...readdirSync(join(top, 'tests/bench/connectors')).map((f) => join(top, 'tests/bench/connectors', f))],
	around: [{}] },
];

// ---- values to put in: sound ones of every type, and what lies beside them ----

const raw = (text) => ({ raw: text }); // written to the program as it stands: 1.0 is not 1
const few = [true, false, null, '', 'x', '张明远', '22', '2020-01-01T00:00:00+08:00', '2026-11-21', '1970-01-01',
	'330111199003074518', '330111199503120023', '110105194912310021', '330111199002304512', '王𠮷', 60000,
	raw('1.0'), '91330111MA27XY0K31', [], ['post', 'post']];
const least = [true, false, 'x', '张明远', '2020-01-01T00:00:00+08:00', '330111199003074518', '110105194912310021', '王𠮷'];
const many = [...few, 0, 1, -1, 2, 3, 9, 10, 99, 100, 300, 1.5, 3310, 8000, 8000.5, 999999, 1e13, 1e14, 1e15, 2e15,
	raw('-0.0'), raw('1e2'), raw('123456789012345678'),
	'yes', 'no', 'true', '1', '2', '01', '001', '56', '57', '97', '99', '9', '30', '98', '示例', ' ', '\n', '　', ' a',
	'a ', 'a\tb', 'a\nb', 'a\u007fb', 'a\u00a0', '\u00a0', 'a'.repeat(10), 'a'.repeat(11), 'a'.repeat(200), 'a'.repeat(201),
	'字'.repeat(500), '字'.repeat(501), '😀'.repeat(500), '王', '王1', ' 王安', '王安 ', '王·安', '王··安', '·王安', '王 安',
	'王安·', 'John Smith', "O'Brien", '𠮷田', '王𬭎', '王〇', '王㐀', '王﨎', '王'.repeat(50), '王'.repeat(51), '阿不都·买买提',
	'11010519491231002X', '11010519491231002x', '440524188001010014', '81000019980203001X', '990111199003074518',
	'330111209903074512', '33011119900307451', '3301111990030745188', '330111202611210012', '330111202611200018',
	'13800000001', '13000000000', '19999999999', '12800000001', '14a00000001', '1380000000', '1990000000a', '6217000000000000004', '6217000000000000005',
	'411111111111111', '4111111111111111', '62170000000000000041', 'a@b.cn', 'a@b', 'a@-b.cn', 'a@b-.cn', 'a..b@c.d.example',
	'@b.cn', 'a@b..cn', 'a@b.c', 'a@b.c1', 'A.B+c%d_e-f@x-y.example.com', `${'a'.repeat(64)}@b.cn`, `${'a'.repeat(65)}@b.cn`,
	`a@${'b'.repeat(63)}.cn`, `a@${'b'.repeat(64)}.cn`, `a@${'b.'.repeat(130)}cn`,
	'330111', '330000', '330100', '441900', '110119', '500151', '419001', '810000', '710000', '830000', '990111', '337111',
	'330111001', '330111000', '330111599', '330111600', '441900003', '330111001001', '330111001000', '330111000001',
	'33011100100', 'X320101001', 'x320101001', 'XX32010100', 'J330111-2026-000123', 'BJ330111-2026-000123',
	'LJ330111-2026-000123', 'J330111-2026-00012', '91330111MA27XY0K3Y', '91350100M000100Y4Z', '91350100M000100Y43',
	'91350100M000100Y50', 'E12345678', 'EI1234567', 'AB12', 'A'.repeat(15), 'A'.repeat(16), 'example-file-id', 'short',
	'a/b/c/d/e', '2026-11-20', '2026-02-29', '2024-02-29', '2026-13-01', '2026-1-1', '0999-01-01', '0000-01-01',
	'9999-01-01', '1979-12-31', '1980-01-01', '2026-11-20T00:00:00+08:00', '2026-11-20T23:59:59.999+08:00',
	'2026-11-20T16:00:00Z', '2026-11-20T15:59:59Z', '2026-11-20t00:00:00z', '2026-11-20 00:00:00Z', '2026-11-20T24:00:00Z',
	'2026-11-20T23:59:60Z', '2026-11-20T00:00Z', '2026-11-20T00:00:00', '2026-11-20T00:00:00+0800',
	'2026-11-20T00:00:00+24:00', '2026-11-20T00:00:00.Z', '2026-02-30T00:00:00Z', '0000-11-20T00:00:00Z',
	['post'], ['post', 'pickup', 'locker'], ['nothing'], [1], [{}], [{}, {}, {}], [{}, {}, {}, {}], [{}, 1], {}, [[]],
	{ division: '330111', text: '路1号' }, { division: '330111001', text: '路1号' }, { division: '330111001001', text: '路' },
	{ division: '33011100', text: '路' }, { division: '330000', text: '路' }, { division: '330111', text: '' },
	{ division: '330111', text: ' ' }, { division: '330111', text: '路'.repeat(201) }, { division: 330111, text: '路' },
	{ division: '330111' }, { text: '路' }, { division: '330111', text: '路', zip: '1' }];

// ---- asking both sides ----

const cooked = (value) => value && value.raw !== undefined ? JSON.parse(value.raw) : value;

function written(body) {
	const text = JSON.stringify(body);
	return text.includes('"raw":') ? text.replace(/\{"raw":"([^"]*)"\}/g, '$1') : text;
}

const whole = ({ form, today, choices, records, applicant }) => ({ form, today, choices, records, applicant });
const line = (test) => written(whole(test));

/* Of tests that change one form the form is told once, then what they change. */
function lines(tests) {
	const list = [];
	let told;
	for (const test of tests) {
		if (test.base && test.base !== told)
			list.push(written({ base: whole(told = test.base) }));
		list.push(test.base ? written({ set: test.set, gone: test.gone }) : line(test));
	}
	return list;
}

const batch_size = 40000; // for each batch the program reads the event's files anew

function ask(event, asked) {
	const run = spawnSync(program, event.args, { input: asked.join('\n') + '\n', encoding: 'utf8', maxBuffer: 1 << 28 });
	if (run.status !== 0)
		throw new Error(`${program} ${event.name}: ${run.stderr} ${run.error ?? ""}`);
	return run.stdout.trimEnd().split('\n').map((l) => JSON.parse(l));
}

function verdicts(event, tests) {
	const said = ask(event, lines(tests));
	if (said.length !== tests.length)
		throw new Error(`${event.name}: ${said.length} verdicts on ${tests.length} forms`);
	return said;
}

// ---- forms that C finds sound, in many surroundings ----

function itemChoices(event, which) {
	return typeof which === 'string' ? Object.fromEntries(event.items.map((id) => [id, which === 'all'])) : which;
}

// An answer that the schema accepts; of a list, of one of its columns.
const usualOf = (event, id, column) => structuredClone(column ? event.columns[id][column] : event.usual[id]);

// Put in what C says is required, take out what it says is not asked, until it says neither.
function complete(event, tests) {
	for (let round = 0; round < 8; round++) {
		let changed = false;
		verdicts(event, tests).forEach((said, i) => {
			for (const e of said.errors) {
				const [id, row, column] = e.pointer.slice(1).split('/');
				const at = column ? tests[i].form[id][row] : tests[i].form;
				if (e.code === 'required' && at[column ?? id] === undefined) {
					at[column ?? id] = usualOf(event, id, column);
					changed = true;
				} else if (e.code === 'not_asked') {
					delete at[column ?? id];
					changed = true;
				}
			}
		});
		if (!changed)
			break;
	}
}

// The answers on which others hang: two values or a short list.
function turns(event) {
	const list = [];
	for (const [id, p] of Object.entries(event.schema.properties)) {
		const values = p.oneOf?.map((c) => c.const) ?? (p.type === 'boolean' ? [true, false] :
			p.type === 'number' ? [0, 1, 2] : []);
		if (values.length <= 12)
			list.push(...values.filter((v) => event.ajv.validate(p, v)).map((v) => [id, v]));
	}
	return list;
}

function surroundings(event) {
	const base = event.schema.examples[0];
	const tests = event.around.map((a) => ({ today: TODAY, ...a, choices: itemChoices(event, a.choices),
		form: { ...structuredClone(base), ...a.set } }));
	for (const [id, value] of turns(event))
		for (const n of [0, 1])
			if (tests[n] && n < event.around.length)
				tests.push({ ...tests[n], form: { ...structuredClone(base), ...tests[n].set, [id]: value } });
	complete(event, tests);
	const seen = new Set();
	return tests.filter((t) => !seen.has(line(t)) && seen.add(line(t)));
}

// ---- one answer changed ----

const own = (p) => p.oneOf ? [...p.oneOf.slice(0, 12), p.oneOf.at(-1)].map((c) => c.const) : [];

// A list with one column of its first row changed, with a row more, with rows that are none.
function* listChanges(event, id, p, rows, values) {
	const [first, ...others] = rows ?? event.usual[id] ?? [];
	if (!first)
		return;
	yield [...rows ?? [], first]; // the same person twice
	yield [first, { ...event.columns[id], id_no: '330111199503120023' }];
	yield [{ ...first, no_such_column: 1 }, ...others];
	for (const [column, c] of Object.entries(p.items.properties)) {
		const { [column]: gone, ...rest } = first;
		yield [gone === undefined ? { ...first, [column]: event.columns[id][column] } : rest, ...others];
		for (const value of [...values, ...own(c)])
			yield [{ ...first, [column]: value }, ...others];
	}
}

// The test with these answers put in, these taken out.
function changed(test, set, gone = []) {
	const form = { ...test.form, ...set };
	gone.forEach((id) => delete form[id]);
	return { ...test, form, base: test, set, gone };
}

function* changes(event, test, values) {
	const { form } = test;
	yield test;
	yield changed(test, { no_such_field: 1 });
	for (const [id, p] of Object.entries(event.schema.properties)) {
		yield form[id] !== undefined ? changed(test, {}, [id]) : changed(test, { [id]: event.usual[id] });
		if (p.items?.properties)
			for (const value of listChanges(event, id, p, form[id], values))
				yield changed(test, { [id]: value });
		for (const value of [...values, ...own(p)])
			yield changed(test, { [id]: value });
	}
}

function* allChanges(event, tests) {
	for (const [i, test] of tests.entries())
		yield* changes(event, test, i === 0 ? many : i < event.around.length ? few : least);
}

// Several at once, by a seed: only that the schema refuses nothing sound and x-rules tell the rest.
function* shuffles(event, tests, n) {
	let seed = 20261120;
	const random = (below) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below;
	const ids = Object.keys(event.schema.properties);
	while (n-- > 0) {
		const test = tests[random(tests.length)];
		const form = { ...test.form };
		for (let i = 1 + random(4); i > 0; i--) {
			const id = ids[random(ids.length)];
			const sound = [event.usual[id], ...own(event.schema.properties[id])];
			if (random(4) === 0)
				delete form[id];
			else
				form[id] = random(2) ? sound[random(sound.length)] : many[random(many.length)];
		}
		yield { ...test, form };
	}
}

// ---- the comparison ----

const isRows = (v) => Array.isArray(v) && v.every((row) => row && typeof row === 'object' && !Array.isArray(row));

function cook(form) {
	return Object.fromEntries(Object.entries(form).map(([id, v]) => [id, isRows(v) ? v.map(cook) : cooked(v)]));
}

function compare(event, tests, found) {
	verdicts(event, tests).forEach((said, i) => {
		const form = cook(tests[i].form);
		const fits = event.validate(form);
		found.forms++;
		if (!fits) {
			found.refused++;
			if (said.errors.length === 0)
				found.stricter.push(`${JSON.stringify(event.validate.errors[0])} ${line(tests[i])}`);
			return;
		}
		if (said.errors.length === 0)
			found.sound++;
		for (const e of said.errors) {
			const rule = event.rules.get(`${e.pointer.replace(/\/[0-9]+\//, '/*/')} ${e.code} ${e.message}`);
			if (rule)
				rule.met++;
			else
				found.untold.push(`${e.pointer} ${e.code} ${line(tests[i])}`);
		}
	});
}

function batches(iterator, size, f) {
	let batch = [];
	for (const one of iterator) {
		batch.push(one);
		if (batch.length === size) {
			f(batch);
			batch = [];
		}
	}
	if (batch.length)
		f(batch);
}

function prepare(event) {
	const complaints = [];
	const note = (...words) => complaints.push(words.join(' '));
	event.schema = ask(event, [JSON.stringify({ schema: TODAY })])[0];
	event.ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: false,
		logger: { log: note, warn: note, error: note } });
	addFormats(event.ajv);
	event.ajv.addVocabulary(['x-rules']);
	event.validate = event.ajv.compile(event.schema);
	event.complaints = complaints;
	event.items = [];
	event.rules = new Map(event.schema['x-rules'].map((r) => [`${r.pointer} ${r.code} ${r.text}`, { ...r, met: 0 }]));
	const accepted = (p) => [...own(p), ...many].filter((v) => v?.raw === undefined).find((v) => event.ajv.validate(p, v));
	event.usual = {};
	event.columns = {}; // of each list: an accepted answer for every column
	for (const [id, p] of Object.entries(event.schema.properties)) {
		event.columns[id] = Object.fromEntries(Object.entries(p.items?.properties ?? {}).map(([c, of]) => [c, accepted(of)]));
		event.usual[id] = event.schema.examples[0][id] ?? accepted(p) ?? (p.items?.properties ? rowsOf(event, id, p) : undefined);
	}
}

// As few rows as there must be, of the columns that must be.
const rowsOf = (event, id, p) => Array.from({ length: Math.max(p.minItems, 1) }, (_, i) =>
	Object.fromEntries(p.items.required.map((c) => [c, i > 0 && c === 'id_no' ? '330111199503120023' : event.columns[id][c]])));

// Which items can be chosen: C tells those that are none.
function learnItems(event) {
	const ids = new Set();
	const text = event.args.slice(2).join('\n');
	if (!text)
		return;
	for (const m of event.source.matchAll(/^item "([a-z0-9_]+)"/gm))
		ids.add(m[1]);
	const form = event.schema.examples[0];
	const told = verdicts(event, [...ids].map((id) => ({ form, today: TODAY, choices: { [id]: true } })));
	event.items = [...ids].filter((id, i) => !told[i].errors.some((e) => e.pointer.startsWith('/choices/')));
}

let n = 0, failed = 0;
function ok(what, findings) {
	n++;
	console.log(`${findings.length ? 'not ok' : 'ok'} ${n} - ${what}`);
	failed += findings.length > 0;
	findings.slice(0, 10).forEach((f) => console.log(`# ${f}`));
}

const { readFileSync } = await import('node:fs');
const wanted = process.argv.slice(3); // names of events; none: all
for (const event of events.filter((e) => wanted.length === 0 || wanted.includes(e.name))) {
	const found = { forms: 0, sound: 0, refused: 0, stricter: [], untold: [] };
	event.source = event.args.slice(2).filter((f) => f.endsWith('.lua')).map((f) => readFileSync(f, 'utf8')).join('\n');
	prepare(event);
	learnItems(event);
	const tests = surroundings(event);
	batches(allChanges(event, tests), batch_size, (batch) => compare(event, batch, found));
	batches(shuffles(event, tests, 3000), batch_size, (batch) => compare(event, batch, found));
	const unmet = [...event.rules.values()].filter((r) => r.met === 0);
	console.log(`# ${event.name}: ${found.forms} forms in ${tests.length} surroundings, ${found.sound} sound, ` +
		`${found.refused} refused by the schema, ${event.rules.size} x-rules`);
	ok(`${event.name}: ajv in strict mode has nothing to say of the schema`, event.complaints);
	ok(`${event.name}: the example is accepted by the schema`, event.validate(event.schema.examples[0]) ? [] :
		event.validate.errors.map((e) => JSON.stringify(e)));
	ok(`${event.name}: the example is accepted by C`, verdicts(event, [{ form: event.schema.examples[0], today: TODAY }])[0]
		.errors.map((e) => JSON.stringify(e)));
	ok(`${event.name}: the schema refuses nothing that C accepts`, found.stricter);
	ok(`${event.name}: what only C refuses is told by x-rules`, found.untold);
	if (!event.some) // these few surroundings are not all that it takes
		ok(`${event.name}: every x-rule is met`, unmet.map((r) => `${r.id} ${r.pointer} ${r.code}`));
}
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
