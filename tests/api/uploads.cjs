/* uploads.cjs: papers that come in pieces: what has come stays, what broke off goes on where it broke, by nobody
 * else and from nowhere else; what is no paper is refused at its end; how many may be under way.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, idNumber, suite, World } = require('./harness.cjs');
const paper = require('../papers.cjs');

const PIECE = 256 << 10, MOST = 10 << 20;
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

suite(async (test) => {
	const w = await World.start();
	await w.account('anna', 'citizen', { id: idNumber(1), full: '李秀兰' });
	await w.account('berta', 'citizen', { id: idNumber(2) });
	await w.account('carla', 'citizen', { id: idNumber(3) });

	const begin = (who, size, mark) => w.http('POST', '/api/v1/uploads', { who, json: { size, mark } });
	const begun = async (who, size, mark) => {
		const answer = await begin(who, size, mark);
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	};
	const show = (who, id) => w.http('GET', `/api/v1/uploads/${id}`, { who });
	const add = (who, id, offset, body) => w.http('PATCH', `/api/v1/uploads/${id}?offset=${offset}`, { who, body, type: null });
	const piece = (bytes, offset) => bytes.subarray(offset, offset + PIECE);
	/* All that is left of it; the last answer. */
	const rest = async (who, upload, bytes) => {
		let answer;
		for (let at = upload.offset; at < bytes.length; at += PIECE)
			answer = await add(who, upload.id, at, piece(bytes, at));
		return answer;
	};
	const left = () => w.sql('SELECT (SELECT count(*) FROM upload), (SELECT count(*) FROM file_piece p WHERE NOT EXISTS '
		+ '(SELECT FROM file f WHERE f.division = p.division AND f.id = p.file))')[0];

	await test('it breaks off and goes on where it broke, after a restart too: the file is what was sent', async () => {
		const bytes = paper.pdf(2 * PIECE + 1000), first = await begun('anna', bytes.length, '户口簿.pdf');
		assert.match(first.id, /^330111-[0-9A-HJKMNP-TV-Z]{13}$/);
		assert.deepEqual([first.size, first.offset], [bytes.length, 0]);
		assert.deepEqual((await add('anna', first.id, 0, piece(bytes, 0))).json, { ...first, offset: PIECE });
		assert.equal((await w.http('GET', `/api/v1/files/${first.id}`, { who: 'anna' })).status, 404, 'no file before it is whole');
		await w.node.kill('SIGKILL');
		await w.startNode();
		assert.deepEqual((await show('anna', first.id)).json, { ...first, offset: PIECE });
		assert.deepEqual(await begun('anna', bytes.length, '户口簿.pdf'), { ...first, offset: PIECE }, 'the same mark finds it again');
		const last = await rest('anna', { ...first, offset: PIECE }, bytes);
		assert.equal(last.status, 201, last.text);
		assert.deepEqual(last.json, { id: first.id, sha256: sha256(bytes), size: bytes.length, type: 'pdf' });
		const back = await w.http('GET', `/api/v1/files/${first.id}`, { who: 'anna' });
		assert.ok(back.bytes.equals(bytes));
		assert.equal((await show('anna', first.id)).status, 404);
		assert.equal(left(), '0|0');
		const kept = await w.http('PUT', '/api/v1/drafts/birth', { who: 'anna', json: { form: {}, materials: { father_id_photo: first.id } } });
		assert.equal(kept.status, 200, kept.text);
	});

	await test('from nowhere else: another offset, another length, twice at once; what has come stays as it was', async () => {
		const bytes = paper.pdf(2 * PIECE + 5), upload = await begun('anna', bytes.length, 'a');
		assert.equal((await add('anna', upload.id, 0, piece(bytes, 0))).status, 200);
		const wrong = [[0, piece(bytes, 0)], [PIECE + 1, piece(bytes, PIECE + 1)], [2 * PIECE, piece(bytes, 2 * PIECE)], [PIECE, bytes.subarray(0, 7)],
			[-1, piece(bytes, PIECE)], ['', piece(bytes, PIECE)], ['1e3', piece(bytes, PIECE)], [`${PIECE}x`, piece(bytes, PIECE)],
			['99999999999999999999', piece(bytes, PIECE)], [PIECE, Buffer.alloc(0)]];
		for (const [offset, body] of wrong) {
			const answer = await add('anna', upload.id, offset, body);
			assert.equal(answer.status, 409, `${offset}: ${answer.text}`);
		}
		assert.equal((await add('anna', upload.id, PIECE, bytes.subarray(PIECE, 2 * PIECE + 1))).status, 413);
		assert.equal((await show('anna', upload.id)).json.offset, PIECE);
		const twice = await Promise.all([0, 1, 2].map(() => add('anna', upload.id, PIECE, piece(bytes, PIECE))));
		assert.deepEqual(twice.map((a) => a.status).sort(), [200, 409, 409]);
		assert.equal((await rest('anna', { ...upload, offset: 2 * PIECE }, bytes)).json.sha256, sha256(bytes));
	});

	await test('1: nobody else sees it or adds to it: it looks like none', async () => {
		const bytes = paper.pdf(PIECE + 9), upload = await begun('anna', bytes.length, 'b');
		const never = upload.id.slice(0, 7) + [...upload.id.slice(7)].reverse().join('');
		assert.equal((await show('berta', upload.id)).text, (await show('berta', never)).text);
		assert.equal((await add('berta', upload.id, 0, piece(bytes, 0))).text, (await add('berta', never, 0, piece(bytes, 0))).text);
		assert.deepEqual([(await show('berta', upload.id)).status, (await add('berta', upload.id, 0, piece(bytes, 0))).status], [404, 404]);
		assert.notEqual((await begun('berta', bytes.length, 'b')).id, upload.id, 'the same mark of another is another');
		assert.equal((await show('anna', upload.id)).json.offset, 0);
		assert.equal((await rest('anna', upload, bytes)).status, 201);
	});

	await test('23: what is no paper is refused when it is whole, and nothing of it is left', async () => {
		const before = left();
		for (const bytes of [Buffer.concat([Buffer.from('MZ'), Buffer.alloc(PIECE)]), paper.pdf(PIECE + 50).subarray(0, PIECE + 10)]) {
			const upload = await begun('anna', bytes.length, 'c'), last = await rest('anna', upload, bytes);
			assert.equal(last.status, 415, last.text);
			assert.equal(last.json.type, '/problems/media-type');
			assert.equal((await show('anna', upload.id)).status, 404);
		}
		assert.equal(left(), before);
	});

	await test('how large, how many: told before a byte is sent', async () => {
		assert.equal((await begin('carla', MOST, 'large')).status, 200);
		assert.equal((await begin('carla', MOST + 1, 'larger')).status, 413);
		for (const [size, mark] of [[0, 'x'], [-1, 'x'], [1.5, 'x'], ['1', 'x'], [5, ''], [5, 7], [5, 'x'.repeat(601)]])
			assert.equal((await begin('carla', size, mark)).status, 422, `${size} ${mark}`);
		for (let i = 1; i < 20; i++)
			await begun('carla', 5, `paper ${i}`);
		const more = await begin('carla', 5, 'one more');
		assert.deepEqual([more.status, more.json.type], [429, '/problems/too-many-files']);
		assert.equal((await begin('carla', 5, 'paper 7')).status, 200, 'what is under way goes on');
	});

	await test('the mark is kept by no name', () => {
		assert.equal(w.sql("SELECT count(*) FROM upload WHERE mark::text LIKE '%paper%'")[0], '0');
	});

	await w.stop();
});
