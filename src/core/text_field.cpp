#include <outweigh/core/text_field-inl.hpp>
#include <outweigh/core/text_field.hpp>
