// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: which symbol of the original one of the patched object was, where a name does not
 * tell it: the compiler numbers names anew, and the same one may be another thing's.
 *
 * First comes what the user says (klp diff's --pair OLD=NEW and --no-pair NAME), then who uses
 * it, then what it is (check/oracle/order.c: then the order).
 */
#include <stdlib.h>
#include <string.h>

#include <klp/text.h>

#include "internal.h"

/*
 * ---- what the user says ----
 *
 * A function or object is called by its name; FILE:NAME tells several apart that come from
 * different source files, SECTION+0xOFFSET any.
 */

static bool is_at(const struct image *img, uint32_t sym, uint32_t sec, uint64_t value)
{
	return img->elf->syms[sym].sec == sec && img->elf->syms[sym].value == value;
}

/* How many places have that name; *found: a symbol at one of them. */
static unsigned int find_name(const struct image *img, const char *name, const char *file,
			      uint32_t *found)
{
	unsigned int nr = 0;

	for_each_str (&img->names, name, e) {
		const struct elf_sym *sym = &img->elf->syms[e->value];

		if (!elf_sym_in_sec(sym) || (file && strcmp(img->files[e->value], file)) ||
		    (nr && is_at(img, *found, sym->sec, sym->value)))
			continue;
		*found = e->value;
		nr++;
	}
	return nr;
}

static unsigned int find_place(const struct image *img, const char *text, uint32_t *found)
{
	const char *plus = strstr(text, "+0x");
	uint64_t off = plus ? strtoull(plus + 1, NULL, 16) : 0;

	for (uint32_t i = 1; plus && i < img->elf->nr_syms; i++) {
		const struct elf_sym *sym = &img->elf->syms[i];
		const char *sec = elf_sym_in_sec(sym) ? img->elf->secs[sym->sec]->name : "";

		if (sym->value != off || (sym->type != STT_FUNC && sym->type != STT_OBJECT) ||
		    strlen(sec) != (size_t)(plus - text) || strncmp(sec, text, strlen(sec)))
			continue;
		*found = i;
		return 1;
	}
	return 0;
}

static int find_said(struct oracle *o, const struct image *img, const char *option,
		     const char *text, uint32_t *found)
{
	struct diag_where where = { .object = img->elf->path, .symbol = text };
	const char *colon = strrchr(text, ':');
	unsigned int nr = find_name(img, text, NULL, found);

	if (!nr && colon)
		nr = find_name(img, colon + 1,
			       arena_strndup(o->arena, text, (size_t)(colon - text)), found);
	if (!nr)
		nr = find_place(img, text, found);
	if (nr == 1)
		return 0;
	return diag_error(o->diag, &where, nr ? "ambiguous-name" : "no-such-name",
			  nr ? "%s: several functions or objects are called so"
			     : "%s: there is no such function or object",
			  option);
}

/* By all the names that it has. */
static void say(struct oracle *o, uint32_t psym, uint32_t orig)
{
	const struct elf_sym *sym = &o->patched.elf->syms[psym];

	for (uint32_t i = 1; i < o->patched.elf->nr_syms; i++)
		if (is_at(&o->patched, i, sym->sec, sym->value))
			o->said[i] = orig;
}

int oracle_read_said(struct oracle *o)
{
	o->taken_by = arena_calloc(o->arena, o->orig.elf->nr_syms, sizeof(*o->taken_by));
	o->said = arena_calloc(o->arena, o->patched.elf->nr_syms, sizeof(*o->said));
	for (size_t i = 0; i < o->opts->nr_no_pairs; i++) {
		uint32_t psym = 0;

		if (find_said(o, &o->patched, "--no-pair", o->opts->no_pairs[i], &psym))
			return -1;
		say(o, psym, NOT_FOUND);
	}
	for (size_t i = 0; i < o->opts->nr_pairs; i++) {
		const char *text = o->opts->pairs[i], *equals = strchr(text, '=');
		const char *old = arena_strndup(o->arena, text, (size_t)(equals - text));
		uint32_t orig = 0, psym = 0;

		if (find_said(o, &o->orig, "--pair", old, &orig) ||
		    find_said(o, &o->patched, "--pair", equals + 1, &psym))
			return -1;
		say(o, psym, orig);
	}
	return 0;
}

/* What psym of patched was: as the user says, or by the name, and psym's file.  0: none, or
 * several. */
static uint32_t orig_named(struct oracle *o, const char *name, uint32_t psym)
{
	uint32_t said = o->said[psym];

	if (said)
		return said == NOT_FOUND ? 0 : said;
	return image_find(&o->orig, name, o->patched.files[psym]);
}

bool oracle_is_said_called(const struct oracle *o, uint32_t psym, const char *name)
{
	uint32_t said = o->said[psym];
	const struct elf_sym *old;

	if (!said || said == NOT_FOUND)
		return false;
	old = &o->orig.elf->syms[said];
	for_each_str (&o->orig.names, name, e)
		if (is_at(&o->orig, e->value, old->sec, old->value))
			return true;
	return false;
}

#define MAX_DEPTH 3 /* of users that are themselves told by their users */

/* ---- the index ---- */

static void index_slot_users(struct oracle *o)
{
	struct operands ops = { .nr = 0 };

	map_init(&o->slot_users, o->arena);
	for (uint32_t i = 0; i < o->nr_named; i++) {
		const struct range *r = &o->named[i];

		image_operands(&o->out, r->osec, r->ostart, r->ostart + r->len, &ops);
		for (size_t k = 0; k < ops.nr; k++)
			if (oracle_in_slots(&o->out, &ops.list[k].to))
				map_add_u64(
					&o->slot_users,
					place_key(ops.list[k].to.sec, (uint64_t)ops.list[k].to.off),
					i);
	}
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
}

struct user_walk oracle_users(struct oracle *o, uint32_t osec, uint64_t at)
{
	if (!oracle_in_slots(&o->out, &(struct place){ .sec = osec }))
		return (struct user_walk){ .only = oracle_named_at(o, osec, (int64_t)at) };
	if (!o->slot_users.arena)
		index_slot_users(o);
	return (struct user_walk){ .next = map_find_u64(&o->slot_users, place_key(osec, at)) };
}

const struct range *oracle_next_user(const struct oracle *o, struct user_walk *w)
{
	const struct range *r = w->next ? &o->named[w->next->value] : w->only;

	w->only = NULL;
	w->next = w->next ? map_next(&o->slot_users, w->next) : NULL;
	return r;
}

uint32_t oracle_kept_user(struct oracle *o, uint32_t orig)
{
	uint32_t kept = 0;

	/* The first one in the object, whatever order they are listed in. */
	for_each_user (&o->orig, orig, by)
		if (oracle_is_function(&o->orig.elf->syms[by]) && !oracle_redirect_of(o, by))
			kept = by;
	return kept;
}

/* ---- which one it is ---- */

bool oracle_could_be_in_orig(const struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct elf_sym *os = &o->orig.elf->syms[orig], *ps = &o->patched.elf->syms[psym];
	const char *of = o->orig.files[orig], *pf = o->patched.files[psym];

	return elf_sym_in_sec(os) &&
	       oracle_is_code(o->orig.elf->secs[os->sec]) ==
		       oracle_is_code(o->patched.elf->secs[ps->sec]) &&
	       (!*of || !*pf || !strcmp(of, pf));
}

static uint32_t counterpart(struct oracle *o, uint32_t psym, int depth);

static bool share(struct oracle *o, uint32_t orig, uint32_t psym, uint32_t but, int depth)
{
	for_each_user (&o->patched, psym, by) {
		uint32_t user = by == but ? 0 : counterpart(o, by, depth);

		if (user && image_is_used_by(&o->orig, orig, user))
			return true;
	}
	return false;
}

/* Does something use psym in patched, and orig in the original? */
static bool share_users(struct oracle *o, uint32_t orig, uint32_t psym)
{
	return share(o, orig, psym, 0, 0);
}

/* Likewise, but `user` of patched does not count: it may use psym anew. */
static bool share_other_users(struct oracle *o, uint32_t orig, uint32_t psym, uint32_t user)
{
	return share(o, orig, psym, user, 0);
}

/* What nobody else has in a file of that name, or of any file if the original has none so called.
 */
static bool may_have_been(const struct oracle *o, uint32_t orig, uint32_t psym)
{
	const char *file = o->patched.files[psym];

	if (oracle_could_be_in_orig(o, orig, psym))
		return true;
	return *file && !map_find_str(&o->orig.file_names, file) &&
	       elf_sym_in_sec(&o->orig.elf->syms[orig]) &&
	       oracle_is_code(o->orig.elf->secs[o->orig.elf->syms[orig].sec]) ==
		       oracle_is_code(o->patched.elf->secs[o->patched.elf->syms[psym].sec]);
}

/* Is another one of patched used by what uses orig, too? */
static bool is_taken(struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct elf_sym *syms = o->patched.elf->syms;

	for_each_str (&o->patched.names, syms[psym].name, e)
		if (elf_sym_in_sec(&syms[e->value]) &&
		    (syms[e->value].sec != syms[psym].sec ||
		     syms[e->value].value != syms[psym].value) &&
		    share(o, orig, e->value, 0, MAX_DEPTH))
			return true;
	return false;
}

/* The only one of that name that users of psym used in the original; 0: none, or several. */
static uint32_t find_by_users(struct oracle *o, const char *name, uint32_t psym, int depth)
{
	uint32_t found = 0;

	if (!map_find_str(&o->orig.names, name))
		return 0;
	for_each_user (&o->patched, psym, by) {
		uint32_t user = counterpart(o, by, depth);

		for (const struct map_entry *e = user ? image_used_so_called(&o->orig, user, name)
						      : NULL;
		     e; e = map_next(&o->orig.named_uses, e)) {
			if (!may_have_been(o, e->value, psym))
				continue;
			if (found && found != e->value)
				return 0;
			found = e->value;
		}
	}
	return found && !is_taken(o, found, psym) ? found : 0;
}

static uint32_t find_counterpart(struct oracle *o, uint32_t psym, int depth)
{
	const char *name = o->patched.elf->syms[psym].name;
	uint32_t orig = orig_named(o, name, psym);

	if (orig || o->said[psym] || depth == MAX_DEPTH)
		return orig;
	return find_by_users(o, name, psym, depth + 1);
}

/*
 * Each is looked for once: a hundred of one name that use each other are reached on a hundred
 * million ways.
 */
static uint32_t counterpart(struct oracle *o, uint32_t psym, int depth)
{
	uint32_t nr = o->patched.elf->nr_syms, *known;

	if (!o->counterparts)
		o->counterparts = arena_calloc(o->arena, (size_t)nr * (MAX_DEPTH + 1),
					       sizeof(*o->counterparts));
	known = &o->counterparts[(size_t)depth * nr + psym];
	if (!*known)
		*known = find_counterpart(o, psym, depth) + 1;
	return *known - 1;
}

uint32_t oracle_orig_called(struct oracle *o, const char *name, uint32_t psym)
{
	uint32_t orig = orig_named(o, name, psym);

	return orig || o->said[psym] ? orig : find_by_users(o, name, psym, 0);
}

bool oracle_is_per_copy(const struct image *img, uint32_t sym)
{
	static const char *const stems[] = {
		"__key",
		"__warned",
		"__already_done",
		"__func__",
		"__FUNCTION__",
		"__PRETTY_FUNCTION__",
		"_rs",
		"CSWTCH",
		"_entry",
		"_entry_ptr",
		"__verbose",
		"descriptor",
		"__UNIQUE_ID_ddebug",
		NULL,
	};
	static const char *const sections[] = {
		".data..once",	 ".data.once",	       ".data.unlikely",   "__dyndbg", "__verbose",
		".data..Lubsan", ".data..L__unnamed_", ".data.__unnamed_", NULL,
	};
	const char *name = img->elf->syms[sym].name, *dot;
	const char *sec = img->elf->secs[img->elf->syms[sym].sec]->name;

	for (int i = 0; sections[i]; i++)
		if (starts_with(sec, sections[i]))
			return true;
	for (int i = 0; stems[i]; i++) {
		if (oracle_same_stem(name, stems[i]))
			return true;
		for (dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.'))
			if (oracle_same_stem(dot + 1, stems[i]))
				return true;
	}
	return false;
}

/* ---- who uses it ---- */

enum how_used {
	USES_NONE,  /* nothing of that stem */
	USES_OTHER, /* something of that stem, not this */
	USES_THIS,
};

/* How the function uses what has the stem of sym's name. */
static enum how_used use_of(const struct image *img, uint32_t function, uint32_t sym)
{
	const struct elf_sym *f = &img->elf->syms[function], *s = &img->elf->syms[sym];
	struct operands ops = { .nr = 0 };
	enum how_used use = USES_NONE;

	image_operands(img, f->sec, f->value, f->value + f->size, &ops);
	for (size_t i = 0; i < ops.nr && use != USES_THIS; i++) {
		struct place to = image_follow(img, &ops.list[i]);
		uint32_t at = to.sec ? image_sym_at(img, to.sec, to.off) : 0;
		const struct elf_sym *t = &img->elf->syms[at];

		arena_work(img->arena, 2);
		if (at && t->sec == s->sec && t->value == s->value)
			use = USES_THIS;
		else if (at && oracle_same_stem(t->name, s->name))
			use = USES_OTHER;
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return use;
}

bool oracle_used_by_another(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig,
			    uint32_t psym)
{
	struct user_walk w;
	const struct range *r;

	if (!oracle_is_numbered(o->orig.elf->syms[orig].name))
		return false;
	w = oracle_users(o, osec, at);
	while ((r = oracle_next_user(o, &w))) {
		const char *name = o->patched.elf->syms[r->psym].name;
		uint32_t f = oracle_is_numbered(name) ? 0 : oracle_orig_called(o, name, r->psym);

		if (f && oracle_is_function(&o->orig.elf->syms[f]) &&
		    use_of(&o->orig, f, orig) == USES_OTHER)
			return !share_other_users(o, orig, psym, r->psym);
	}
	return false;
}

static bool same_file(const char *a, const char *b)
{
	return !*a || !*b || !strcmp(a, b);
}

/* Does the output use the object of orig for another one than psym? */
static bool is_anothers(const struct oracle *o, uint32_t orig, uint32_t psym)
{
	for_each_name_of (&o->orig, orig, name)
		if (o->taken_by[name] &&
		    !oracle_same_symbol_place(&o->patched, o->taken_by[name], psym))
			return true;
	return false;
}

/*
 * A function that has a static object of that name may get another one.  What nobody writes to
 * is what it contains, and an object keeps its size.
 */
static bool could_have_been(struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct elf_sym *os = &o->orig.elf->syms[orig], *ps = &o->patched.elf->syms[psym];
	bool writable = o->patched.elf->secs[ps->sec]->flags & SHF_WRITE;

	return os->size == ps->size && !is_anothers(o, orig, psym) &&
	       (writable || !oracle_symbols_differ(o, orig, psym));
}

static bool has_sibling(struct image *img, const char *name, const char *file)
{
	for_each_of_stem (img, name, e) {
		const struct elf_sym *sym = &img->elf->syms[e->value];

		if (sym->bind == STB_LOCAL && oracle_is_numbered(sym->name) &&
		    same_file(img->files[e->value], file))
			return true;
	}
	return false;
}

/* clang numbers from the second one on: its .compoundliteral and f.n are the first ones. */
static bool is_one_of_several(struct oracle *o, uint32_t psym)
{
	const char *name = o->patched.elf->syms[psym].name, *file = o->patched.files[psym];

	if (oracle_is_numbered(name))
		return true;
	return o->patched.elf->syms[psym].bind == STB_LOCAL &&
	       (has_sibling(&o->orig, name, file) || has_sibling(&o->patched, name, file));
}

/* A message of NL_SET_ERR_MSG() with another text: it is read where its function hands it on. */
static bool is_other_message(const struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct elf_sym *a = &o->orig.elf->syms[orig], *b = &o->patched.elf->syms[psym];
	const struct elf_sec *as = elf_sym_in_sec(a) ? o->orig.elf->secs[a->sec] : NULL;
	const struct elf_sec *bs = elf_sym_in_sec(b) ? o->patched.elf->secs[b->sec] : NULL;
	const char *name = strstr(b->name, "__msg");

	if (!name || !strchr(b->name, '.') || !oracle_same_stem(name, "__msg") ||
	    (name > b->name && name[-1] != '.') || b->bind != STB_LOCAL || !as || !bs || !as->data ||
	    !bs->data || (as->flags | bs->flags) & SHF_WRITE || a->value > as->size ||
	    a->size > as->size - a->value || b->value > bs->size || b->size > bs->size - b->value)
		return false;
	return a->size != b->size || memcmp(as->data + a->value, bs->data + b->value, a->size);
}

bool oracle_kernel_has_object(struct oracle *o, uint32_t psym)
{
	const char *name = o->patched.elf->syms[psym].name, *file = o->patched.files[psym];
	bool local = o->patched.elf->syms[psym].bind == STB_LOCAL;
	const struct elf *elf = o->orig.elf;
	uint32_t orig;

	if (o->said[psym] || !is_one_of_several(o, psym)) {
		orig = oracle_orig_called(o, name, psym);
		/* A function of that name is another thing, and is gone. */
		return orig && !oracle_is_function(&elf->syms[orig]) &&
		       (o->said[psym] || !is_other_message(o, orig, psym)) &&
		       (o->said[psym] || !local || !is_anothers(o, orig, psym));
	}
	for_each_of_stem (&o->orig, name, e)
		if (elf->syms[e->value].type == STT_OBJECT &&
		    same_file(o->orig.files[e->value], file) && share_users(o, e->value, psym) &&
		    could_have_been(o, e->value, psym))
			return true;
	return false;
}

/* ---- what it is ---- */

bool oracle_has_equal(struct oracle *o, uint32_t psym)
{
	const char *name = o->patched.elf->syms[psym].name;

	if (!oracle_is_numbered(name) || o->said[psym])
		return false;
	for_each_of_stem (&o->orig, name, e)
		if (oracle_is_function(&o->orig.elf->syms[e->value]) &&
		    same_file(o->orig.files[e->value], o->patched.files[psym]) &&
		    !oracle_symbols_differ(o, e->value, psym))
			return true;
	return false;
}

/* Does a function of patched that has the name of orig's symbol do what that did? */
static bool lives_on_as(struct oracle *o, uint32_t mate)
{
	const char *name = o->orig.elf->syms[mate].name;

	if (!oracle_is_function(&o->orig.elf->syms[mate]))
		return false;
	for_each_str (&o->patched.names, name, e)
		if (elf_sym_in_sec(&o->patched.elf->syms[e->value]) && !o->copy_of[e->value] &&
		    same_file(o->orig.files[mate], o->patched.files[e->value]) &&
		    !oracle_symbols_differ(o, mate, e->value))
			return true;
	return false;
}

/* gcc's -fipa-icf gives local functions that do the same one body, until one of them changes. */
static bool lives_on_beside(struct oracle *o, uint32_t orig)
{
	for_each_name_of (&o->orig, orig, mate)
		if (mate != orig && lives_on_as(o, mate))
			return true;
	return false;
}

bool oracle_is_folded(struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct image *img = &o->patched;

	if (img->elf->syms[psym].bind != STB_LOCAL || o->orig.elf->syms[orig].bind != STB_LOCAL)
		return false;
	for_each_name_of (img, psym, mate) {
		uint32_t old;

		if (mate == psym)
			continue;
		old = oracle_orig_called(o, img->elf->syms[mate].name, mate);
		if (old && !oracle_same_symbol_place(&o->orig, old, orig) &&
		    !oracle_symbols_differ(o, old, mate))
			return true;
	}
	return false;
}

static bool is_left(const void *arg, uint32_t sym)
{
	const struct oracle *o = arg;

	return oracle_is_function(&o->patched.elf->syms[sym]) && !o->copy_of[sym];
}

/* Is a function of that stem in patched, which is not copied, what orig's is? */
static bool has_same_stem(struct oracle *o, uint32_t orig)
{
	for (const struct map_entry *e = image_first_in(&o->patched, &o->left,
							o->orig.elf->syms[orig].name, is_left, o);
	     e; e = map_next(&o->left, e))
		if (same_file(o->orig.files[orig], o->patched.files[e->value]) &&
		    !oracle_symbols_differ(o, orig, e->value))
			return true;
	return false;
}

bool oracle_lives_on(struct oracle *o, uint32_t orig)
{
	if (o->same_inputs)
		return false;
	return lives_on_beside(o, orig) ||
	       (oracle_is_numbered(o->orig.elf->syms[orig].name) && has_same_stem(o, orig));
}

bool oracle_was_renumbered(struct oracle *o, uint32_t orig)
{
	return !o->same_inputs && o->orig.elf->syms[orig].bind == STB_LOCAL &&
	       has_same_stem(o, orig);
}

bool oracle_holds_labels(const struct oracle *o, uint32_t psym)
{
	const struct image *img = &o->patched;
	const struct elf_sym *s = &img->elf->syms[psym];
	struct operands ops = { .nr = 0 };
	bool labels = false;

	image_operands(img, s->sec, s->value, s->value + s->size, &ops);
	for (size_t i = 0; i < ops.nr; i++) {
		const struct place *to = &ops.list[i].to;
		uint32_t f = to->sec && oracle_is_code(img->elf->secs[to->sec])
				     ? image_sym_around(img, to->sec, to->off)
				     : 0;

		labels |= f && o->copy_of[f];
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return labels;
}
