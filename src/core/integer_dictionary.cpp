#include <outweigh/core/integer_dictionary-inl.hpp>
