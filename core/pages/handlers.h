/* handlers.h: the handlers of the pages, by file; pages.c holds the table of routes. */
#ifndef YJS_PAGES_HANDLERS_H
#define YJS_PAGES_HANDLERS_H

struct http_exchange;

/* guide.c: open to everybody */
void guide_home(void *node, struct http_exchange *x);
void guide_event(void *node, struct http_exchange *x);
void guide_print(void *node, struct http_exchange *x);
void guide_statistics(void *node, struct http_exchange *x);
/* entry.c: coming in, proving that one still is who came in, leaving */
void entry_login(void *node, struct http_exchange *x);
void entry_come(void *node, struct http_exchange *x);
void entry_prove(void *node, struct http_exchange *x);
void entry_proved(void *node, struct http_exchange *x);
void entry_logout(void *node, struct http_exchange *x);
void entry_leave(void *node, struct http_exchange *x);
/* progress.c: what has become of what somebody filed */
void progress_mine(void *node, struct http_exchange *x);
void progress_one(void *node, struct http_exchange *x);
void progress_receipt(void *node, struct http_exchange *x);
void progress_receipt_pdf(void *node, struct http_exchange *x);
void progress_disclosures(void *node, struct http_exchange *x);
void progress_accesses(void *node, struct http_exchange *x);
/* correct.c, withdraw.c, consent.c: acting on an application */
void correct_show(void *node, struct http_exchange *x);
void correct_send(void *node, struct http_exchange *x);
void withdraw_show(void *node, struct http_exchange *x);
void withdraw_send(void *node, struct http_exchange *x);
void consent_show(void *node, struct http_exchange *x);
void consent_answer(void *node, struct http_exchange *x);
/* acting.c: who acts for whom */
void acting_show(void *node, struct http_exchange *x);
void acting_give(void *node, struct http_exchange *x);
void acting_take(void *node, struct http_exchange *x);
void acting_hand(void *node, struct http_exchange *x);
void acting_end(void *node, struct http_exchange *x);
void acting_code(void *node, struct http_exchange *x);
/* clerk.c, clerk_item.c, clerk_batch.c: what clerks work at */
void clerk_queue(void *node, struct http_exchange *x);
void clerk_attention(void *node, struct http_exchange *x);
void clerk_inquiries(void *node, struct http_exchange *x);
void clerk_answer(void *node, struct http_exchange *x);
void clerk_conferences(void *node, struct http_exchange *x);
void clerk_conference(void *node, struct http_exchange *x);
void clerk_minutes(void *node, struct http_exchange *x);
void clerk_item(void *node, struct http_exchange *x);
void clerk_decide(void *node, struct http_exchange *x);
void clerk_close(void *node, struct http_exchange *x);
void clerk_read(void *node, struct http_exchange *x);
void clerk_inquire(void *node, struct http_exchange *x);
void clerk_call(void *node, struct http_exchange *x);
void clerk_batch(void *node, struct http_exchange *x);
void clerk_batch_decide(void *node, struct http_exchange *x);
/* versions.c: what event files propose */
void versions_list(void *node, struct http_exchange *x);
void versions_approve(void *node, struct http_exchange *x);
/* vouched.c: coming in by an OpenID provider, leaving there */
void vouched_begin(void *node, struct http_exchange *x);
void vouched_back(void *node, struct http_exchange *x);
void vouched_left(void *node, struct http_exchange *x);
void vouched_leave(void *node, struct http_exchange *x);
/* form.c, form_post.c, form_twice.c: the one page of an application in the making */
void form_show(void *node, struct http_exchange *x);
void form_for(void *node, struct http_exchange *x);
void form_away(void *node, struct http_exchange *x);
void form_take(void *node, struct http_exchange *x);
void form_post(void *node, struct http_exchange *x);
void form_twice(void *node, struct http_exchange *x);
/* check.c: before it is sent, and sending */
void check_show(void *node, struct http_exchange *x);
void check_post(void *node, struct http_exchange *x);
/* served.c: how somebody was served, and the answers */
void served_rating(void *node, struct http_exchange *x);
void served_rate(void *node, struct http_exchange *x);
void served_complaints(void *node, struct http_exchange *x);
void served_complain(void *node, struct http_exchange *x);
void served_open(void *node, struct http_exchange *x);
void served_answer(void *node, struct http_exchange *x);
void served_readers(void *node, struct http_exchange *x);
/* supervision.c: what a supervisor has before him */
void supervision_show(void *node, struct http_exchange *x);
void supervision_overdue(void *node, struct http_exchange *x);
void supervision_conferences(void *node, struct http_exchange *x);
/* pages.c */
void pages_asset(void *node, struct http_exchange *x);

#endif
