// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --entry-symbols gives each entry of a special section a symbol of its size, which
 * klp check takes for what it is and klp post-link drops.
 */
#include "../special-tables/case.c"
