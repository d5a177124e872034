/* events.cjs: every event that is declared, from its demonstrations to the end, with the papers that
 * only people have and the consent of all whom it asks. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, demoForm, eventIds, sources, suite, until, World } = require('./harness.cjs');
const paper = require('../papers.cjs');

/* By whose login the answers of a form are filled in (a prefix of answers), and who else must agree. */
const people = {
	after_death: { filer: 'applicant', others: (form) => (form.heirs || []).map((heir) => ({ id: heir.id_no, full: heir.name })) },
	birth: { filer: 'mother' },
	employment: { filer: 'person' },
	marriage: { filer: 'man', others: (form) => [{ id: form.woman_id_no, full: form.woman_name }] },
	school_entry: { filer: 'applicant' },
};

const demos = (event) => fs.readdirSync(path.join(sources, 'tests', 'events', event)).filter((f) => /^demo.*\.json$/.test(f));

suite(async (test) => {
	const w = await World.start({ settings: { 'department.organization.style': 'native' } }); /* no clerk is there */
	const of = (filed, what) => `/api/v1/applications/${filed.number}/${what}`;

	const login = async (event, { id, full }) => {
		const who = `${event}.${id}`;
		if (!w.tokens[who])
			await w.account(who, 'citizen', { id, full });
		return who;
	};
	const masked = (id) => `${id.slice(0, 6)}********${id.slice(-4)}`;

	/* A second person finds it as soon as he is asked. */
	const agree = (who, filed, sign) => until(`${who} agrees to ${sign}`, async () => {
		const answer = await w.http('POST', of(filed, 'signatures'), { who, json: { sign, agrees: true }, key: `${filed.number}-${sign}` });
		assert.ok(answer.status === 200 || answer.status === 404, answer.text);
		return answer.status === 200;
	});

	/* What no department has is asked of people and brought. */
	const bring = async (who, filed) => {
		const seen = await w.watch(who, filed.number, 'it ends or asks for papers', (a) => a.status === 'finished' || a.status === 'waiting_for_applicant');
		const materials = {};
		for (const m of seen.materials.filter((one) => one.upload_needed))
			materials[m.id] = (await w.http('POST', '/api/v1/files', { who, body: m.id === 'photo' ? paper.jpg() : paper.pdf(), type: null })).json.id;
		if (Object.keys(materials).length > 0) {
			const answer = await w.http('POST', of(filed, 'correction'), { who, json: { materials }, key: `${filed.number}-papers` });
			assert.ok(answer.status < 300, answer.text);
		}
		return Object.keys(materials);
	};

	await test('every event has people who act in it', () => assert.deepEqual(Object.keys(people), eventIds));
	for (const event of eventIds)
		for (const file of demos(event))
			await test(`${event}, ${file}: accepted, agreed to, brought, finished`, async () => {
				const demo = demoForm(event, file);
				const { applied_by_agent, ...form } = demo.form;
				const { filer, others = () => [] } = people[event];
				const who = await login(event, { id: form[`${filer}_id_no`], full: form[`${filer}_name`] });
				const filed = await w.accepted(who, { ...demo, form });
				for (const sign of filed.signs.filter((s) => s.status === 'asked'))
					await agree(await login(event, others(form).find(({ id }) => masked(id) === sign.who)), filed, sign.id);
				await bring(who, filed);
				const done = await w.finished(who, filed.number);
				const left = done.items.filter((i) => !i.tell && !['approved', 'skipped'].includes(i.status));
				assert.deepEqual(left.map((i) => `${i.id} ${i.status}`), []);
			});
	await test('histories, plans and statistics agree', () => w.verify());
	await w.stop();
});
