/* events.cjs: every event that is declared, from its guide's example and its demonstrations to the
 * end, with all whose consent it wants. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, demoForm, eventIds, sources, suite, until, World } = require('./harness.cjs');

/* By whose login the answers of a form are filled in, and who else must agree: prefixes of answers. */
const people = {
	after_death: { filer: 'applicant' },
	birth: { filer: 'mother' },
	employment: { filer: 'person' },
	marriage: { filer: 'man', others: ['woman'] },
	school_entry: { filer: 'applicant' },
};

const demos = (event) => fs.readdirSync(path.join(sources, 'tests', 'events', event)).filter((f) => /^demo.*\.json$/.test(f));

suite(async (test) => {
	const w = await World.start();
	const login = async (event, form, prefix) => {
		const who = `${event}.${prefix}`;
		if (!w.tokens[who])
			await w.account(who, 'citizen', { id: form[`${prefix}_id_no`], full: form[`${prefix}_name`] });
		return who;
	};

	await test('every event has people who act in it', () => assert.deepEqual(Object.keys(people), eventIds));
	for (const event of eventIds)
		for (const file of demos(event))
			await test(`${event}, ${file}: accepted, agreed to, finished`, async () => {
				const demo = demoForm(event, file);
				const { applied_by_agent, ...form } = demo.form;
				const who = await login(event, form, people[event].filer);
				const filed = await w.accepted(who, { ...demo, form });
				for (const prefix of people[event].others || []) {
					const other = await login(event, form, prefix);
					for (const sign of filed.signs.filter((s) => s.status === 'asked')) {
						await until(`${prefix} is asked`, async () => {
							const answer = await w.http('POST', `/api/v1/applications/${filed.number}/signatures`,
								{ who: other, json: { sign: sign.id, agrees: true }, key: `${filed.number}-${sign.id}` });
							assert.ok(answer.status < 300 || answer.status === 404, answer.text);
							return answer.status !== 404;
						});
					}
				}
				const done = await w.finished(who, filed.number);
				assert.deepEqual(done.items.filter((i) => !/^(approved|skipped|not_|dropped)/.test(i.status)).map((i) => `${i.id} ${i.status}`), []);
			});
	await test('histories, plans and statistics agree', () => w.verify());
	await w.stop();
});
