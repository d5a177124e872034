#include "rules/event.h"

#include <string.h>

const char *const event_type_names[TYPE_COUNT] = {
	[TYPE_TEXT] = "text",
	[TYPE_PERSON_NAME] = "person_name",
	[TYPE_NEW_NAME] = "new_name",
	[TYPE_ID_NUMBER] = "id_number",
	[TYPE_PHONE] = "phone",
	[TYPE_DATE] = "date",
	[TYPE_DATETIME] = "datetime",
	[TYPE_CHOICE] = "choice",
	[TYPE_CHOICES] = "choices",
	[TYPE_YES_NO] = "yes_no",
	[TYPE_NUMBER] = "number",
	[TYPE_MONEY] = "money",
	[TYPE_ADDRESS] = "address",
	[TYPE_DIVISION] = "division",
	[TYPE_DIVISION9] = "division9",
	[TYPE_DIVISION12] = "division12",
	[TYPE_BANK_CARD] = "bank_card",
	[TYPE_EMAIL] = "email",
	[TYPE_ETHNIC_GROUP] = "ethnic_group",
	[TYPE_SEX] = "sex",
	[TYPE_HOUSEHOLD_RELATION] = "household_relation",
	[TYPE_MARITAL_STATUS] = "marital_status",
	[TYPE_BIRTH_CERT_NO] = "birth_cert_no",
	[TYPE_MARRIAGE_CERT_NO] = "marriage_cert_no",
	[TYPE_USCC] = "uscc",
	[TYPE_PASSPORT] = "passport",
	[TYPE_FILE] = "file",
	[TYPE_LIST] = "list",
	[TYPE_CONSENT] = "consent",
};

int
event_question(const struct event *e, const char *id)
{
	for (size_t i = 0; i < e->n_questions; i++)
		if (strcmp(e->questions[i].id, id) == 0)
			return (int)i;
	return -1;
}

int
event_item(const struct event *e, const char *id)
{
	for (size_t i = 0; i < e->n_items; i++)
		if (strcmp(e->items[i].id, id) == 0)
			return (int)i;
	return -1;
}

int
event_material(const struct event *e, const char *id)
{
	for (size_t i = 0; i < e->n_materials; i++)
		if (strcmp(e->materials[i].id, id) == 0)
			return (int)i;
	return -1;
}

int
event_applicant(const struct event *e, const char *id)
{
	for (size_t i = 0; i < e->n_applicants; i++)
		if (strcmp(e->applicants[i].id, id) == 0)
			return (int)i;
	return -1;
}

int
event_record(const struct event *e, const char *id)
{
	for (size_t i = 0; i < e->n_records; i++)
		if (strcmp(e->records[i].id, id) == 0)
			return (int)i;
	return -1;
}

int
event_sign(const struct event *e, const char *id)
{
	for (size_t i = 0; i < e->n_signs; i++)
		if (strcmp(e->signs[i].id, id) == 0)
			return (int)i;
	return -1;
}
