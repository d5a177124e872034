/* answers.h: what the one page's fields say, as answers of the event's form, and back from a whole draft
 * to what is asked.
 *
 * A field is named like its question: "mother_name"; parts of it have a dot: "hukou_address.division",
 * "birth_datetime.day", "heirs.0.id_no". "_asked" lists the questions that the page showed, so that an
 * empty field takes an answer away and a question that was not shown keeps what a draft has; "_rows.heirs"
 * is the number of rows of a list. What cannot be an answer ("abc" for a number) stays the text that was
 * typed: the check says so beside the field, and nothing is lost.
 */
#ifndef YJS_PAGES_ANSWERS_H
#define YJS_PAGES_ANSWERS_H

#include <jansson.h>

/* Put what was posted (posted.h) into the form of a draft, by the questions of the guide. */
void answers_take(json_t *form, const json_t *guide, const json_t *posted);
/* The answers of a draft that are asked for: what is checked, planned and filed. begun: as
 * POST /events/{event}/questions answers. New reference. */
json_t *answers_asked(const json_t *form, const json_t *begun);
/* The members of `object` that `ids`, an array of {"id"} or of texts, names. New reference. */
json_t *answers_only(const json_t *object, const json_t *ids);
/* A place as it was picked or typed: of "330111 杭州市富阳区" the code; who types a name that is no code keeps the
 * name. New reference; NULL: nothing was said. */
json_t *answers_place(const char *said);
/* One more empty row at the end of a list; or one less. */
void answers_add_row(json_t *form, const char *list);
void answers_remove_row(json_t *form, const char *list, size_t row);

#endif
