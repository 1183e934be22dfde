// SPDX-License-Identifier: GPL-2.0-or-later
#include "builtin/builtin.h"

int main(int argc, char **argv)
{
	return cmd_klp(argc, argv);
}
