// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: code and records that differ in nothing but the line numbers that they report.
 *
 * What a changed number is for is told by the next call in the code: the
 * instruction must set the argument that is the line there, and control must
 * go there, and come from nowhere else.
 */
#include <string.h>

#include <klp/special.h>

#include "internal.h"

/* Who gets numbers to print, of which one may be the line. */
static const struct line_reporter printers[] = {
	{ .name = "printk" }, { .name = "_printk" }, { .name = "__warn_printk" },
};

#define FIRST_PRINTED 2
#define LAST_PRINTED  8

static bool is_called(const struct image *img, uint32_t sym, const struct line_reporter *r)
{
	const struct elf_sym *s = &img->elf->syms[sym];

	return !strcmp(r->name, s->name) &&
	       (s->bind == STB_LOCAL ? r->file && !strcmp(img->files[sym], r->file) : !r->file);
}

/* The function that the next call leads to, if it reports a line; *call: where that is said. */
static const struct line_reporter *next_reporter(const struct image *img,
						 const struct operands *calls, uint64_t at,
						 uint64_t *call)
{
	for (size_t i = 0; i < calls->nr; i++) {
		const struct operand *op = &calls->list[i];
		uint32_t sym = op->to.sec ? image_sym_at(img, op->to.sec, op->to.off) : op->to.sym;

		if (op->at < at || !op->branch)
			continue;
		*call = op->at;
		for (size_t k = 0; k < special_nr_line_reporters; k++)
			if (is_called(img, sym, &special_line_reporters[k]))
				return &special_line_reporters[k];
		for (size_t k = 0; k < sizeof(printers) / sizeof(*printers); k++)
			if (is_called(img, sym, &printers[k]))
				return &printers[k];
		return NULL;
	}
	return NULL;
}

/* Do the two instructions set the argument to a constant, and is that all that differs? */
static bool is_argument(const struct arch *arch, const uint8_t *a, const uint8_t *b,
			const struct insn *insn, unsigned int arg)
{
	struct arg_imm imm;
	enum arg_use use = arch->arg_insn(b, insn, arg, &imm);

	if (use != ARG_SET && use != ARG_PART)
		return false;
	for (unsigned int i = 0; i < insn->len; i++) {
		uint8_t mask = i >= imm.at && i < imm.at + 4u ?
				       (uint8_t)(imm.mask >> 8 * (i - imm.at)) : 0;

		if ((a[i] ^ b[i]) & ~mask)
			return false;
	}
	return true;
}

/* The instruction at at sets the argument, or a part of what another one began to set. */
static bool find_begin(const struct arch *arch, const uint8_t *code, uint64_t size, uint64_t at,
		       unsigned int arg, uint64_t *begin)
{
	for (*begin = at;; *begin -= arch->insn_align) {
		struct insn insn;
		struct arg_imm imm;
		enum arg_use use;

		/* Where instructions have several lengths none sets a part. */
		if (arch->decode(code + *begin, size - *begin, &insn))
			return false;
		use = arch->arg_insn(code + *begin, &insn, arg, &imm);
		if (use == ARG_SET)
			return true;
		if (use == ARG_USED || insn.flags & (INSN_BRANCH | INSN_CALL | INSN_END) ||
		    *begin < arch->insn_align)
			return false;
	}
}

/*
 * Does control go from where the argument is set to the call, and only from there, and
 * nothing between use it or set it anew?
 */
static bool goes_straight(struct oracle *o, const uint8_t *code, uint32_t psec, uint64_t pstart,
			  uint64_t begin, uint64_t call, unsigned int arg)
{
	struct insn insn;

	if (image_is_entered(&o->patched, psec, pstart + begin + 1, pstart + call))
		return false;
	for (uint64_t at = begin;; at += insn.len) {
		enum arg_use use;
		struct arg_imm imm;

		if (at > call || o->arch->decode(code + at, call + 4 - at, &insn))
			return false;
		if (call < at + insn.len)
			return true;
		use = o->arch->arg_insn(code + at, &insn, arg, &imm);
		if (insn.flags & (INSN_BRANCH | INSN_CALL | INSN_END) || use == ARG_USED ||
		    (use == ARG_SET && at != begin))
			return false;
	}
}

/* What the argument is that is set from begin on, up to the call; *known: as far as this goes. */
static uint32_t argument_value(struct oracle *o, const uint8_t *code, uint64_t begin, uint64_t call,
			       unsigned int arg, uint32_t *known)
{
	uint32_t value = 0;
	struct insn insn;

	*known = 0;
	for (uint64_t at = begin; at < call; at += insn.len) {
		struct arg_imm imm = { 0 };
		enum arg_use use;

		if (o->arch->decode(code + at, call + 4 - at, &insn))
			return 0;
		use = o->arch->arg_insn(code + at, &insn, arg, &imm);
		if (use == ARG_SET)
			value = imm.value, *known = imm.known;
		else if (use == ARG_PART)
			value = (value & imm.keep) | imm.value, *known &= imm.known;
	}
	return value;
}

static bool argument_is(struct oracle *o, const uint8_t *code, uint64_t begin, uint64_t call,
			unsigned int arg, uint32_t line)
{
	uint32_t known, value = argument_value(o, code, begin, call, arg, &known);

	/* Where only the lower bits are known, others are or'ed with them: the line must have such. */
	return known && (known == UINT32_MAX || line > known) && !((value ^ line) & known);
}

/* … and no less than min, in both? */
static bool is_enough(struct oracle *o, const struct code_pair *c, uint64_t begin, uint64_t call,
		      const struct line_reporter *r)
{
	uint32_t aknown, bknown;

	return !r->min ||
	       (argument_value(o, c->a, begin, call, r->arg, &aknown) >= r->min &&
		argument_value(o, c->b, begin, call, r->arg, &bknown) >= r->min &&
		aknown == UINT32_MAX && bknown == UINT32_MAX);
}

/* An entry of the trap there states a line. */
static bool trap_states(struct oracle *o, struct entries *list, uint32_t sec, uint64_t place,
			uint32_t *line)
{
	size_t i;
	const struct entry **e = oracle_entries_from(o, list, sec, place, &i);

	for (; i < list->nr && e[i]->owner.sec == sec && e[i]->owner.off == (int64_t)place; i++)
		if (!e[i]->doubtful && e[i]->layout && e[i]->layout->line != SPECIAL_NONE) {
			*line = get_le16(e[i]->sec->data + e[i]->at + e[i]->layout->line);
			return true;
		}
	return false;
}

/* Is a number that is printed the line which the trap behind the call states, in both? */
static bool is_stated(struct oracle *o, const struct code_pair *c, uint64_t begin, uint64_t call,
		      unsigned int arg)
{
	uint32_t aline, bline;
	uint64_t at = begin;
	struct insn insn;

	for (; at < c->size; at += insn.len) {
		if (o->arch->decode(c->b + at, c->size - at, &insn))
			return false;
		if (at > call && trap_states(o, &o->rentries, c->asec, c->astart + at, &aline) &&
		    trap_states(o, &o->pentries, c->bsec, c->bstart + at, &bline))
			return argument_is(o, c->a, begin, call, arg, aline) &&
			       argument_is(o, c->b, begin, call, arg, bline);
		if (at > call && insn.flags & (INSN_BRANCH | INSN_CALL | INSN_END))
			return false;
	}
	return false;
}

/* Does the instruction at at set the call's argument, or a part of it; and where is it begun? */
static bool is_set_for(struct oracle *o, const struct code_pair *c, uint64_t at,
		       const struct insn *insn, uint64_t call, unsigned int arg, uint64_t *begin)
{
	return is_argument(o->arch, c->a + at, c->b + at, insn, arg) &&
	       find_begin(o->arch, c->b, c->size, at, arg, begin) &&
	       goes_straight(o, c->b, c->bsec, c->bstart, *begin, call, arg);
}

static bool is_line(struct oracle *o, const struct code_pair *c, uint64_t at,
		    const struct insn *insn)
{
	uint64_t call, begin;
	const struct line_reporter *r = next_reporter(&o->patched, c->calls, c->bstart + at, &call);

	if (!r)
		return false;
	call -= c->bstart;
	if (r->arg)
		return is_set_for(o, c, at, insn, call, r->arg, &begin) &&
		       is_enough(o, c, begin, call, r);
	for (unsigned int arg = FIRST_PRINTED; arg <= LAST_PRINTED; arg++)
		if (is_set_for(o, c, at, insn, call, arg, &begin) &&
		    is_stated(o, c, begin, call, arg))
			return true;
	return false;
}

bool oracle_only_lines_differ(struct oracle *o, const struct code_pair *c)
{
	struct insn insn;

	for (uint64_t at = 0; at < c->size; at += insn.len) {
		if (o->arch->decode(c->b + at, c->size - at, &insn))
			return false;
		if (memcmp(c->a + at, c->b + at, insn.len) && !is_line(o, c, at, &insn))
			return false;
	}
	return true;
}

/* ---- records: file, line, column, and in most of the sanitizers' descriptors of types ---- */

#define LINE_AND_COLUMN 8	/* … stand there, behind the pointer to the file's name */

#define TAG_LINE	 4	/* struct alloc_tag: behind its flags */
#define TAG_NAMES	 16

/* The tag of an allocation: the function's name and the file's; the module's only in modules. */
static bool is_tag(const struct elf_sec *sec, uint64_t start, uint64_t size,
		   const struct operands *ops)
{
	unsigned int names = 0;

	if (strcmp(sec->name, "alloc_tags") || size < TAG_NAMES + 2 * 8)
		return false;
	for (size_t i = 0; i < ops->nr; i++)
		names += ops->list[i].at == start + TAG_NAMES ||
			 ops->list[i].at == start + TAG_NAMES + 8;
	return names == 2;
}

/* A type's descriptor: two short numbers, and its name as in 'int'. */
static bool describes_type(const struct image *img, const struct place *to)
{
	const struct elf_sec *sec = img->elf->secs[to->sec];
	const char *name, *end;

	if (!to->sec || !sec->data || to->off < 0 || (uint64_t)to->off + 4 >= sec->size)
		return false;
	name = (const char *)sec->data + to->off + 4;
	end = memchr(name, 0, sec->size - (uint64_t)to->off - 4);
	return end && end - name > 2 && *name == '\'' && end[-1] == '\'';
}

static bool is_sanitizers(const struct image *img, const struct elf_sec *sec, uint64_t start,
			  uint64_t size, const struct operands *ops)
{
	if (size < 2 * LINE_AND_COLUMN ||
	    !(img->elf->secs[ops->list[0].to.sec]->flags & SHF_STRINGS))
		return false;
	for (size_t i = 1; i < ops->nr; i++)
		if (ops->list[i].at < start + 2 * LINE_AND_COLUMN)
			return false;
	return strstr(sec->name, "Lubsan_data") ||
	       (strstr(sec->name, "__unnamed_") && ops->nr > 1 &&
		ops->list[1].at == start + 2 * LINE_AND_COLUMN &&
		describes_type(img, &ops->list[1].to));
}

/* Rust's: the name has a length between its pointer and the line, and nothing comes behind. */
static bool is_rusts(const struct image *img, const uint8_t *bytes, const struct elf_sec *sec,
		     uint64_t size, const struct operands *ops)
{
	const struct place *to = &ops->list[0].to;
	const struct elf_sec *file = img->elf->secs[to->sec];
	uint64_t len;

	if (!strstr(sec->name, ".Lanon.") || size != 3 * LINE_AND_COLUMN || ops->nr != 1 ||
	    !file->data || (file->flags | sec->flags) & SHF_EXECINSTR || to->off < 0 ||
	    (uint64_t)to->off > file->size)
		return false;
	len = get_le64(bytes + LINE_AND_COLUMN);
	return len > 3 && len <= file->size - (uint64_t)to->off &&
	       !memcmp(file->data + to->off + len - 3, ".rs", 3) &&
	       get_le32(bytes + 2 * LINE_AND_COLUMN) && get_le32(bytes + 2 * LINE_AND_COLUMN + 4);
}

bool oracle_is_sanitizers_record(const struct image *img, uint32_t sec, uint64_t start,
				 uint64_t size, const struct operands *ops)
{
	return ops->nr && ops->list[0].at == start && ops->list[0].to.sec &&
	       is_sanitizers(img, img->elf->secs[sec], start, size, ops);
}

void oracle_mask_location(const struct image *img, uint8_t *bytes, const struct elf_sec *sec,
			  uint64_t start, uint64_t size, const struct operands *ops)
{
	if (is_tag(sec, start, size, ops))
		memset(bytes + TAG_LINE, 0, 4);
	if (!ops->nr || ops->list[0].at != start || !ops->list[0].to.sec)
		return;
	if (is_sanitizers(img, sec, start, size, ops))
		memset(bytes + LINE_AND_COLUMN, 0, LINE_AND_COLUMN);
	else if (is_rusts(img, bytes, sec, size, ops))
		memset(bytes + 2 * LINE_AND_COLUMN, 0, LINE_AND_COLUMN);
}
