#include <outweigh/listening/calendar-inl.hpp>
