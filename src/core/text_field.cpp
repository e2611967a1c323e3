#include <outweigh/core/text_field.hpp>
#include <outweigh/core/text_field-inl.hpp>
