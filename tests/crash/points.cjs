/* points.cjs: the crash points that the sources name (core/base/faults.h), and what it takes that each
 * comes by. What is not named here comes by whenever people file, correct, agree and withdraw.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { sources } = require('../api/harness.cjs');

/* prime    ends the node there first: what that leaves behind is what comes by now
 * once     comes by once in a life: the second time is that of the life after a crash at the first
 * alone    false: not without a second node
 * push     what is done besides filing: 'reload', 'upload', 'repeat', 'withdraw', 'consent' (of two), 'heads' (what is
 *          noted goes out, so that the file of heads grows and is put together); 'orphan': the
 *          second node, if there is one, leaves its work (a node that comes back finds its own taken when it was slow to)
 * migrate  comes by in `yijianshi migrate` on a database that is empty
 * archive  comes by, once, in `yijianshi archive` of a month of a past that is made for it
 * minutes  the clock must be so many minutes on, while something is under way */
const needs = {
	'intake/replayed': { push: 'repeat' },
	'claim/found': { once: true, push: 'orphan' }, 'claim/taken': { once: true, push: 'orphan' },
	'claim/loaded': { once: true, push: 'orphan' },
	'claim/inbox_found': { prime: 'callback/committed', once: true },
	'claim/petition_found': { prime: 'petition/committed', once: true },
	'consent/before': { push: 'consent' },
	'undo/of_acknowledged': { push: 'withdraw' },
	'file/put': { push: 'upload' },
	'publication/read': { push: 'reload' }, 'publication/stored': { push: 'reload' }, 'publication/in_force': { push: 'reload' },
	'publication/handed_over': { push: 'reload' },
	'migration/before': { migrate: true }, 'migration/applied': { migrate: true }, 'migration/partitions': { migrate: true, once: true },
	'migration/done': { migrate: true, once: true },
	'archive/begun': { archive: true }, 'archive/taken': { archive: true }, 'archive/left': { archive: true },
	'archive/read': { archive: true }, 'archive/kept': { archive: true }, 'archive/recorded': { archive: true },
	...Object.fromEntries(['grown', 'taken_apart', 'together', 'locked', 'whole', 'renamed'].map((point) => [`heads/${point}`, { push: 'heads' }])),
	'timer/clock': { minutes: 11 }, 'timer/clock_moved': { minutes: 11 },
};

/* Every name, in the order of the sources. */
function names() {
	const found = [];
	for (const room of fs.readdirSync(path.join(sources, 'core'), { withFileTypes: true }).filter((d) => d.isDirectory()))
		for (const file of fs.readdirSync(path.join(sources, 'core', room.name)).filter((f) => f.endsWith('.c')))
			for (const [, name] of fs.readFileSync(path.join(sources, 'core', room.name, file), 'utf8').matchAll(/CRASH_POINT\("([^"]+)"\)/g))
				found.push(name);
	return found;
}

const needOf = (name) => ({ once: name.startsWith('start/'), ...needs[name] });

module.exports = { names, needOf, needs };
