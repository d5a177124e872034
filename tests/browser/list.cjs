/* list.cjs: every page, once: {name, path, status, enter}. A page that is not here is not looked at. */
'use strict';

/* Who is there to log in, and by what. */
const people = { anna: 'correct horse battery' };

/* The context gets the session's cookie. */
const enter = (name) => async (context, origin) => {
	const answer = await context.request.post(`${origin}/api/v1/session`, { data: { name, password: people[name] } });
	if (answer.status() !== 200)
		throw new Error(`${name} is not let in: ${answer.status()}`);
};

const anna = enter('anna');

const pages = [
	{ name: 'home', path: '/' },
	{ name: 'guide-birth', path: '/events/birth' },
	{ name: 'guide-after-death', path: '/events/after_death' },
	{ name: 'guide-old-print', path: `/events/birth?v=${'0'.repeat(64)}&d=2026-01-05` },
	{ name: 'print-birth', path: '/events/birth/print' },
	{ name: 'print-employment', path: '/events/employment/print' },
	{ name: 'statistics', path: '/statistics' },
	{ name: 'login', path: '/login?next=/statistics' },
	{ name: 'prove', path: '/prove?next=/statistics', enter: anna },
	{ name: 'logout', path: '/logout', enter: anna },
	{ name: 'home-inside', path: '/', enter: anna },
	...['birth', 'school_entry', 'employment', 'marriage', 'after_death'].map((event) =>
		({ name: `form-${event.replace('_', '-')}`, path: `/apply/${event}`, enter: anna })),
	{ name: 'form-missing', path: '/apply/birth?check=1', enter: anna },
	{ name: 'accesses', path: '/accesses', enter: anna },
	{ name: 'refused-404', path: '/nowhere', status: 404 },
	{ name: 'refused-event', path: '/events/nothing', status: 404 },
];

module.exports = { pages, people };
