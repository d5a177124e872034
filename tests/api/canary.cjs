/* canary.cjs: a person with unique words in every field goes through ordinary, refused, corrected and
 * faulty flows; then nothing of him stands in clear anywhere that the node writes. And what is sealed
 * opens only in its own place.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, birthForm, childName, idNumber, request, sleep, strangerForm, suite, World } = require('./harness.cjs');

/* All files below, sockets and the like left out. */
function files(folder) {
	return fs.readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
		const name = path.join(folder, e.name);
		return e.isDirectory() ? files(name) : e.isFile() ? [name] : [];
	});
}

/* A word as it may lie in bytes. */
function spellings(word) {
	const utf8 = Buffer.from(word);
	const all = [utf8, Buffer.from(word, 'utf16le'), Buffer.from(utf8.toString('hex')), Buffer.from(encodeURIComponent(word))];
	all.push(Buffer.from([...word].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')));
	for (let shift = 0; shift < 3; shift++) { /* base64 at each alignment, without its uncertain ends */
		const text = Buffer.concat([Buffer.alloc(shift), utf8]).toString('base64').replace(/=+$/, '');
		all.push(Buffer.from(text.slice(shift ? 4 : 0, -2)));
	}
	return [...new Map(all.filter((b) => b.length > 5).map((b) => [b.toString('hex'), b])).values()];
}

/* All words in all files, in one pass: the first two bytes by a table, the first four by a map. */
function found(folders, words) {
	const first = new Uint8Array(65536), needles = new Map(), hits = [];
	let bytes = 0;
	for (const word of words)
		for (const needle of spellings(word)) {
			const four = needle.readUInt32BE(0);
			first[four >>> 16] = 1;
			needles.set(four, [...(needles.get(four) || []), [word, needle]]);
		}
	for (const file of folders.flatMap((f) => fs.statSync(f).isDirectory() ? files(f) : [f])) {
		const content = fs.readFileSync(file);
		bytes += content.length;
		for (let i = 0; i + 4 <= content.length; i++) {
			if (!first[content[i] << 8 | content[i + 1]])
				continue;
			for (const [word, needle] of needles.get(content.readUInt32BE(i)) || [])
				if (content.subarray(i, i + needle.length).equals(needle))
					hits.push(`${path.relative('/', file)}: ${word}`);
		}
	}
	return { hits, bytes };
}

suite(async (test) => {
	const w = await World.start({ faults: ['health:500:0.3:7', 'tax:garbage:0.3:8', 'hrss:reset_after:0.3:9', 'cdc:accept:0.5:3',
		'medical_insurance:twice:0.5:4'] });
	const mother = idNumber(301, true, '19920229'), father = idNumber(302, false, '19901130');
	const canary = {
		applicant_name: '金丝雀贰', applicant_id_no: mother, applicant_phone: '13911112221', mother_name: '金丝雀贰', mother_id_no: mother,
		mother_phone: '13911112222', father_name: '王金丝雀', father_id_no: father, father_phone: '13911112223',
			marriage_cert_no: 'J330111-2019-917346',
		midwifery_code: 'H33011191734', birth_weight_g: 4173, birth_datetime: birthForm().birth_datetime.replace('09:30:00', '03:17:43'),
		householder_name: '户主金丝雀', hukou_address: { division: '330111001001', text: '金丝雀巷四千一百七十三号' },
		medins_address: { division: '330111001001', text: '金丝雀里九百一十七弄' }, delivery_way: 'post', delivery_name: '收件金丝雀',
		delivery_phone: '13911112224', delivery_address: { division: '330111001001', text: '金丝雀路口收发室' },
		fertility_registered: true, bank_holder: '金丝雀贰', bank_account: '6222021234567890128', bank_branch: '金丝雀银行第四一七三支行',
		mother_has_employee_maternity_insurance: true,
	};
	const words = new Set([mother, father]);
	const numbers = [];

	async function file(changes = {}, who = 'canary', more = {}) {
		const form = birthForm({ ...canary, child_name: childName(), ...changes });
		for (const [name, value] of Object.entries(form))
			if (/_name$|_id_no$|_phone$|_address$|_cert_no$|_account$|_branch$|_code$|_datetime$/.test(name)) {
				const word = value.text || value;
				if (!/^330111$|^01$/.test(word) && !['张拒绝', '王补正'].includes(word))
					words.add(word);
			}
		const application = await w.accepted(who, { event: 'birth', form, choices: { maternity_allowance: true }, ...more });
		numbers.push(application.number);
		return application.number;
	}

	await w.account('canary', 'citizen', { id: mother, full: '金丝雀贰' });
	await w.account('other', 'citizen', { id: idNumber(303) });
	await w.account('agent', 'agent', { divisions: ['330111'], id: idNumber(304), full: '代办金丝雀' });
	await w.account('clerk', 'clerk', { department: 'public_security' });
	words.add('代办金丝雀');
	words.add(idNumber(304));
	const password = 'canary-wren-and-linnet', mistaken = 'canary-wren-and-finch';
	words.add(password).add(mistaken);
	await w.password('canary', password);
	for (const [word, status] of [[mistaken, 401], [password, 200]])
		assert.equal((await w.http('POST', '/api/v1/session', { json: { name: 'canary', password: word } })).status, status);

	await test('ordinary, refused, corrected, faulty, helped, refused at the door, shown and searched', async () => {
		const own = [await file(), await file(), await file({ householder_name: '张拒绝' }), await file({ householder_name: '王补正' })];
		const client = { id_number: idNumber(305), full_name: '委托金丝雀' };
		words.add(client.id_number).add(client.full_name);
		await w.mandated('agent', client);
		const helped = await file({ applicant_name: undefined, applicant_id_no: undefined }, 'agent', { for: client });
		for (const number of [own[0], own[1], own[2]])
			await w.finished('canary', number, 300000);
		await w.watch('agent', helped, 'to wait for the authority', (a) => a.status === 'waiting_for_applicant', 300000);
		await w.watch('canary', own[3], 'to be corrected', (a) => a.status === 'waiting_for_applicant');
		for (const number of own) { /* what departments gave is his too */
			for (const i of (await w.show('canary', number)).items) {
				if (i.receipt)
					words.add(i.receipt);
				for (const value of Object.values(i.outputs || {}))
					if (typeof value === 'string' && value.length > 7)
						words.add(value);
			}
			await w.http('GET', `/api/v1/applications/${number}/disclosures`, { who: 'canary' });
			await w.http('GET', `/api/v1/applications/${number}`, { who: 'clerk' });
			await w.http('GET', `/api/v1/applications/${number}`, { who: 'other' });
		}
		const form = birthForm({ ...canary, mother_id_no: `${mother.slice(0, 17)}${mother[17] === '0' ? '1' : '0'}` });
		words.add(form.mother_id_no);
		assert.equal((await w.file('canary', { event: 'birth', form })).status, 422);
		assert.equal((await w.http('POST', '/api/v1/applications', { who: 'canary',
			body: `{"event":"birth","form":{"mother_name":"${canary.mother_name}"`, key: canary.mother_phone })).status, 400);
		assert.equal((await w.http('POST', '/api/v1/events/birth/plan', { json: { form: strangerForm(canary),
			choices: { maternity_allowance: true } } })).status, 200);
		for (const [who, person] of [['canary'], ['agent', client]]) {
			const draft = await w.http('PUT', '/api/v1/drafts/birth', { who, json: { form: canary, for: person } });
			assert.equal(draft.status, 200, draft.text);
			assert.equal((await w.http('GET', `/api/v1/drafts/birth?key=${draft.json.key}`, { who })).status, 200);
			const known = await w.http('POST', '/api/v1/events/birth/prefill', { who, json: { form: { applicant_relation: 'mother',
				father_info_waived: true }, for: person } });
			assert.equal(known.status, 200, known.text);
			for (const { value } of Object.values(known.json.questions))
				if ((value?.text ?? value)?.length > 7)
					words.add(value.text ?? value);
		}
		await w.http('GET', `/api/v1/applications?q=${mother}`, { who: 'clerk' });
		await w.http('GET', `/api/v1/applications/${encodeURIComponent(canary.mother_name)}`, { who: 'other' });
		await w.http('GET', `/${encodeURIComponent(canary.mother_name)}?${mother}`);
		await w.callback('public_security', { key: `no-such-key-${mother}`, state: 'rejected', result_id: '1',
			reason: canary.mother_name });
		words.delete(mother); /* the key of that callback is the sender's own word; looked for below without it */
		assert.ok(words.size > 60, `${words.size} words`);
	});

	await test('the words are found where they must be: the search itself works', () => {
		const probe = path.join(w.dir, 'probe');
		fs.writeFileSync(probe, `x${JSON.stringify(canary)}y${Buffer.from(`ab${canary.mother_name}`).toString('base64')}`);
		assert.ok(found([probe], [...words]).hits.length > 15);
		fs.unlinkSync(probe);
	});

	await test('31, 52: none of it stands in the tables\' heap, in the WAL, in any file of the data folder', () => {
		w.sql('CHECKPOINT');
		const { hits, bytes } = found([w.data], [...words]);
		assert.ok(bytes > 20e6, `${bytes} bytes were searched`);
		assert.deepEqual(hits, []);
	});

	await test('31: none of it stands in the logs, nor in /metrics', async () => {
		const log = path.join(w.data, 'log', 'postgresql.log');
		assert.deepEqual(found([w.node.log, w.departments.log, ...(fs.existsSync(log) ? [log] : [])], [...words, mother]).hits, []);
		const { text } = await request(w.port, { path: '/metrics' });
		for (const word of words)
			assert.ok(!text.includes(word), word);
	});

	await test('31, 52: nor does a dump of all tables, as their owner sees them', () => {
		const tables = w.sql(`SELECT relname FROM pg_class
			WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`);
		const rows = w.sql(tables.map((t) => `SELECT '${t} ' || t::text FROM ${t} t`).join(' UNION ALL '));
		for (const word of words)
			assert.deepEqual(rows.filter((r) => r.includes(word)), [], word);
		assert.ok(tables.length > 10 && rows.length > 100, `${tables.length} tables, ${rows.length} rows`);
	});

	/* --- two sealed values change places --- */

	const one = () => numbers[0], two = () => numbers[1];
	const id = (number) => `(SELECT id FROM application WHERE number = '${number}')`;
	const swap = (table, column, key, more = '') => {
		const pair = `(${id(one())}, ${id(two())})`;
		w.sql(`UPDATE ${table} t SET ${column} = o.${column} FROM ${table} o
			WHERE t.${key} IN ${pair} AND o.${key} IN ${pair} AND t.${key} <> o.${key} ${more}`);
	};
	async function closed(targets) {
		for (const target of targets) {
			const answer = await w.http('GET', target, { who: 'canary', faulty: true });
			assert.equal(answer.status, 503, `${target}: ${answer.status}`);
			for (const word of words)
				assert.ok(!answer.text.includes(word), word);
		}
	}

	await test('two forms that changed places do not open: 503, and nothing of either', async () => {
		swap('application', 'sealed', 'id');
		await closed([`/api/v1/applications/${one()}`, `/api/v1/applications/${two()}`]);
		swap('application', 'sealed', 'id');
		assert.equal((await w.show('canary', one())).status, 'finished');
	});

	await test('two departments\' answers that changed places do not open', async () => {
		const same = 'AND t.item = o.item AND t.round = o.round';
		swap('operation', 'outcome', 'application', same);
		await closed([`/api/v1/applications/${one()}`, `/api/v1/applications/${two()}`]);
		swap('operation', 'outcome', 'application', same);
		assert.equal((await w.show('canary', two())).status, 'finished');
	});

	await test('two answers of one application that changed places do not open either', async () => {
		const own = `FROM operation WHERE application = ${id(one())} AND item < 64`;
		const turn = () => w.sql(`WITH ends AS (SELECT min(item) AS a, max(item) AS b ${own})
			UPDATE operation t SET outcome = o.outcome FROM operation o, ends e
			WHERE t.application = ${id(one())} AND o.application = t.application
			AND (t.item, o.item) IN ((e.a, e.b), (e.b, e.a))`);
		turn();
		await closed([`/api/v1/applications/${one()}`]);
		turn();
		assert.equal((await w.show('canary', one())).status, 'finished');
	});

	await test('two bodies that changed places: nobody is told what was disclosed', async () => {
		const same = 'AND t.item = o.item AND t.round = o.round';
		swap('operation', 'body', 'application', same);
		await closed([`/api/v1/applications/${one()}/disclosures`]);
		swap('operation', 'body', 'application', same);
	});

	await test('a stored receipt of another does not open for a repeated key', async () => {
		const bodies = ['a', 'b'].map((key) => ({ key, body: { event: 'birth', form: birthForm(canary),
			choices: { maternity_allowance: true } } }));
		for (const b of bodies) {
			b.body.form.child_name = childName();
			b.number = (await w.accepted('canary', b.body, { key: b.key })).number;
		}
		numbers.unshift(...bodies.map((b) => b.number));
		swap('request_key', 'answer', 'application');
		for (const b of bodies) {
			const answer = await w.file('canary', b.body, { key: b.key, faulty: true });
			assert.equal(answer.status, 503);
			assert.ok(!answer.text.includes(canary.mother_name) && !bodies.some((x) => answer.text.includes(x.number)));
		}
		swap('request_key', 'answer', 'application');
		assert.equal((await w.file('canary', bodies[0].body, { key: 'a' })).json.number, bodies[0].number);
		numbers.splice(0, 2);
	});

	await test('two people\'s accounts that changed places: nobody is let in as the other', async () => {
		const turn = () => w.sql(`UPDATE account t SET sealed = o.sealed FROM account o
			WHERE (t.name, o.name) IN (('canary', 'other'), ('other', 'canary'))`);
		turn();
		await sleep(2100); /* a token is believed for two seconds */
		const answer = await w.http('GET', '/api/v1/applications', { who: 'other', faulty: true });
		assert.equal(answer.status, 503);
		turn();
		assert.equal((await w.http('GET', '/api/v1/applications', { who: 'other' })).status, 200);
	});

	await test('a flipped bit is found', async () => {
		const flip = () => w.sql(`UPDATE application SET sealed = set_bit(sealed, 300, 1 - get_bit(sealed, 300))
			WHERE number = '${one()}'`);
		flip();
		await closed([`/api/v1/applications/${one()}`]);
		flip();
		assert.equal((await w.show('canary', one())).status, 'finished');
	});

	await test('31: what lies on disk after the end is as clean', async () => {
		w.departments_exit = await w.departments.stop();
		const exit = await w.node.stop();
		assert.equal(exit, 0);
		assert.deepEqual(found([w.data, w.node.log], [...words]).hits, []);
	});

	await w.stop();
});
