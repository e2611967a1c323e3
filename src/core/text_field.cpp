#include <outweigh/core/text_field-inl.hpp>
