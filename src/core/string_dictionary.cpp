#include <outweigh/core/string_dictionary-inl.hpp>
