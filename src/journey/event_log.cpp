#include <outweigh/journey/event_log-inl.hpp>
