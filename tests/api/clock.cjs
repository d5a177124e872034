/* clock.cjs: what time does, recorded once by the machine: a promise that passes, silence on
 * completeness, a consent that comes too late. The past is made by moving stored times back under the
 * node; what is due then is done when it takes the applications up again.
 */
'use strict';
const { assert, birth, demoForm, idNumber, sleep, suite, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);

suite(async (test) => {
	const w = await World.start();
	const form = demoForm('marriage').form;

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('he', 'citizen', { id: idNumber(101, false, '19930708'), full: form.man_name });
	await w.account('she', 'citizen', { id: idNumber(101, true, '19950312'), full: form.woman_name });
	w.gate.rule = (call) => call.json && call.json.item === 'hukou_birth' ? { status: 202, body: { state: 'pending', result_id: 'PS-1' } }
		: undefined;
	async function movedBack(statement) {
		w.sql(statement);
		assert.equal(await w.node.stop(), 0);
		await w.startNode();
	}
	const moved = (days) => movedBack(`UPDATE operation SET created_at = created_at - interval '${days} days', `
		+ `acknowledged_at = acknowledged_at - interval '${days} days' WHERE acknowledged_at IS NOT NULL AND decided_at IS NULL`);
	const words = async (who, number, what) => (await w.history(who, number)).filter((e) => e.what === what);

	await test('overdue and deemed accepted: once each, with the department, and not again after a restart', async () => {
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
		await moved(70);
		await w.watch('anna', number, 'overdue is recorded', async () => (await words('anna', number, 'overdue')).length > 0);
		await moved(70);
		await sleep(500);
		for (const what of ['overdue', 'deemed_accepted']) {
			const entries = await words('anna', number, what);
			assert.deepEqual(entries.map((e) => [e.item, e.department, e.by]), [['hukou_birth', 'public_security', 'clock']], what);
		}
		assert.equal(item(await w.show('anna', number), 'hukou_birth').status, 'acknowledged', 'its answer still counts');
	});

	await test('supervisors see what is overdue in their counties, the longest first, until it is decided', async () => {
		await w.account('super', 'supervisor', { divisions: ['330111'] });
		await w.account('far', 'supervisor', { divisions: ['330106'] });
		await w.account('all', 'supervisor');
		const list = async (who, query = '') => {
			const answer = await w.http('GET', `/api/v1/overdue${query}`, { who });
			assert.equal(answer.status, 200, answer.text);
			return answer.json;
		};
		const [first] = (await list('super')).overdue, { number } = await w.accepted('anna', birth());
		assert.deepEqual([first.item, first.department, first.event], ['hukou_birth', 'public_security', 'birth']);
		assert.ok(first.days_late > 30 && first.due < '2026-11-01' && first.title && first.event_title, JSON.stringify(first));
		await w.watch('anna', number, 'acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
		assert.equal((await list('super')).overdue.length, 1, 'in time is not late');
		await moved(50);
		await w.watch('anna', number, 'overdue is recorded', async () => (await words('anna', number, 'overdue')).length > 0);
		const both = (await list('super')).overdue;
		assert.deepEqual(both.map((one) => one.number), [first.number, number]);
		const page = await list('all', '?limit=1');
		assert.deepEqual(page.overdue, both.slice(0, 1));
		assert.deepEqual(await list('all', `?limit=1&cursor=${page.cursor}`), { overdue: both.slice(1), cursor: null });
		assert.deepEqual(await list('far'), { overdue: [], cursor: null });
		const looks = (await w.http('GET', `/api/v1/applications/${number}/accesses`, { who: 'anna' })).json.accesses;
		assert.deepEqual(looks.map((look) => [look.by, look.fields, look.why]), [['supervisor', 'status', 'supervision'], ['supervisor', 'status', 'supervision']]);

		const answer = await w.callback('public_security', { key: w.gate.find(number, 'hukou_birth').key, state: 'rejected',
			result_id: 'PS-2', reason: '不符合条件' });
		assert.equal(answer.status, 202, answer.text);
		await w.watch('anna', number, 'it is refused', (a) => item(a, 'hukou_birth').status === 'refused');
		assert.deepEqual((await list('super')).overdue.map((one) => one.number), [first.number]);
	});

	await test('who does not say yes in time declines by the clock; a late yes is too late', async () => {
		const { number } = await w.accepted('he', { event: 'marriage', form: { ...form, man_id_no: idNumber(101, false, '19930708'),
			woman_id_no: idNumber(101, true, '19950312') } });
		await sleep(300);
		await movedBack(`UPDATE application SET submitted_at = submitted_at - interval '20 days' WHERE number = '${number}'`);
		const a = await w.watch('he', number, 'it is refused', (s) => item(s, 'marriage_registration').status === 'refused');
		assert.match(item(a, 'marriage_registration').problem.text, /另一方没有确认/);
		assert.deepEqual((await words('he', number, 'declined')).map((e) => e.by), ['clock']);
		const late = await w.http('POST', `/api/v1/applications/${number}/signatures`, { who: 'she', key: 'late',
			json: { sign: 'partner_willing', agrees: true } });
		assert.ok([404, 409].includes(late.status), late.text);
	});
	await test('the first answer of a department that was away calls up what waits for it, however long', async () => {
		const waiting = "FROM operation WHERE decided_at IS NULL AND next_at > now() + interval '30 minutes'";
		w.gate.rule = (call) => call.department === 'cdc' ? { status: 503, body: {} } : undefined;
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'it is tried again', (a) => a.items.some((i) => i.department === 'cdc' && i.attempts > 1));
		do /* the hour that it has been away; the node may have tried once more meanwhile, and set its own time */
			await movedBack("UPDATE operation SET next_at = next_at + interval '1 hour' WHERE decided_at IS NULL AND next_at IS NOT NULL");
		while (w.sql(`SELECT count(*) ${waiting}`)[0] === '0');
		w.gate.rule = () => undefined;
		const other = await w.accepted('anna', birth());
		await w.watch('anna', other.number, 'the next one is answered', (a) => a.status === 'finished');
		await w.watch('anna', number, 'so is the one that waited', (a) => a.status === 'finished');
		assert.deepEqual(w.sql(`SELECT count(*) ${waiting}`), ['0']);
	});
	await w.stop();
});
