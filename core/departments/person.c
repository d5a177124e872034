#include "departments/person.h"

#include <stdint.h>
#include <string.h>

struct person {
	const char *name, *department; /* NULL: every one */
	enum person_way way;
	const char *what;
};

static const struct person people[] = {
	{"张拒绝", "public_security", PERSON_REJECTED, "公安不予办理(rejected),其他部门照办"},
	{"张全拒", NULL, PERSON_REJECTED, "收到这个姓名的部门都不予办理(rejected)"},
	{"王补正", NULL, PERSON_CORRECTION, "第一次要求补正这个姓名(correction),再次提交即通过"},
	{"李等待", NULL, PERSON_WAITS, "先受理(202),稍后回调办结"},
	{"钱无信", NULL, PERSON_SILENT, "先受理(202),从不回调,要来查询才知道"},
	{"赵转人工", NULL, PERSON_ATTENTION, "422,转人工"},
	{"冯缺项", NULL, PERSON_BROKEN, "办结,但结果缺少约定的内容"},
	{"吴反复", NULL, PERSON_CONTRADICTS, "办结,随后又回调说不予办理"},
	{"陈补件", NULL, PERSON_PAPER, "第一次要求补交一项材料(correction),再次提交即通过"},
	{"孙不撤", NULL, PERSON_KEPT, "办结,以后不能撤销"},
	{"郑缓撤", NULL, PERSON_SLOW_UNDO, "办结,撤销时先受理(202),稍后回调已撤销"},
	{"卫迟批", NULL, PERSON_STUBBORN, "先受理(202),两秒后回调办结,撤销了也照样回调"},
	{"周无档", NULL, PERSON_NO_RECORD, "调取材料、查询记录时查无此人(none)"},
};

/* Of an identity number the first two digits of its sequence; the third tells the sex. */
static const struct sequence {
	const char *digits;
	enum person_way way;
	const char *what;
} sequences[] = {
	{"99", PERSON_NO_RECORD, "顺序码 99x 的身份证号码:查无此人(none)"},
	{"98", PERSON_CONTRARY, "顺序码 98x 的身份证号码:查得到,但通常为“是”的都答“否”,反之亦然"},
};

static enum person_way
by_sequence(const char *text)
{
	if (strlen(text) == 18 && strspn(text, "0123456789") >= 17)
		for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
			if (memcmp(text + 14, sequences[i].digits, 2) == 0)
				return sequences[i].way;
	return PERSON_USUAL;
}

enum person_way
person_find(const json_t *data, const char *department, const char **field)
{
	const char *name;
	const json_t *value;

	*field = NULL;
	json_object_foreach((json_t *)(uintptr_t)data, name, value) {
		const char *text = json_string_value(value);

		if (!text || (unsigned char)*text < 0x80) { /* no name of ours begins with a letter */
			enum person_way way = text ? by_sequence(text) : PERSON_USUAL;

			if (way != PERSON_USUAL)
				return way;
			continue;
		}
		for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
			const struct person *p = &people[i];

			if (strcmp(text, p->name) != 0 ||
			    (p->department && strcmp(p->department, department) != 0))
				continue;
			*field = name;
			return p->way;
		}
	}
	return PERSON_USUAL;
}

void
person_list(FILE *to)
{
	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		fprintf(to, "  %-12s  %s\n", people[i].name, people[i].what);
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
		fprintf(to, "  %s\n", sequences[i].what);
}
