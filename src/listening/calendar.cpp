#include <outweigh/listening/calendar.hpp>
#include <outweigh/listening/calendar-inl.hpp>
