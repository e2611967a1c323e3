// All of the module core.
#pragma once

#include <outweigh/core/arrow_abi.hpp>
#include <outweigh/core/arrow_export.hpp>
#include <outweigh/core/arrow_import.hpp>
#include <outweigh/core/bytes.hpp>
#include <outweigh/core/column.hpp>
#include <outweigh/core/effort.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/core/field.hpp>
#include <outweigh/core/ids.hpp>
#include <outweigh/core/index.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/integer_dictionary.hpp>
#include <outweigh/core/large_vector.hpp>
#include <outweigh/core/ledger.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/core/probability.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/core/string_dictionary.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/core/table_bytes.hpp>
#include <outweigh/core/text_field.hpp>
#include <outweigh/core/time_zone.hpp>
